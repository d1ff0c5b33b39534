import { hash } from "node:crypto"
import type { WireRequest } from "../../kernel/wire.ts"
import { formatAmzDate } from "./amz-date.ts"
import { canonicalRequest, parseHeaderList, stringToSign, type SignableHead } from "./canonical.ts"
import { HMAC_ALGORITHM, isS3Signing } from "./parse.ts"
import type { Via } from "./failure.ts"
import { EMPTY_HASH, UNSIGNED_PAYLOAD } from "./payload.ts"
import { deriveSigningKey, hmacHex } from "./signing-keys.ts"
import { encodeValue } from "./uri-encoding.ts"

export interface SigningCredentials {
  readonly accessKeyId: string
  readonly secret: string
  readonly sessionToken?: string
}

export interface SignOptions {
  readonly credentials: SigningCredentials
  readonly service: string
  readonly region: string
  /** Host time of signing, epoch milliseconds. */
  readonly timeMs: number
  /**
   * What stands for the body: its hash when absent, else `UNSIGNED-PAYLOAD` or one of the
   * `STREAMING-…` marks.
   */
  readonly payload?: string
}

/** A request as far as it is signed; all headers that it has are signed, but those that change. */
export type Signable = SignableHead & Pick<WireRequest, "body" | "stream">

/** The request with the headers or the query of its signature. */
export type Signed<Request> = Omit<Request, "headers" | "query"> & SignedParts
export interface SignedParts {
  readonly headers: Readonly<Record<string, string>>
  readonly query: string
}

/** Headers that proxies and HTTP libraries change or add on the way. */
const NEVER_SIGNED: ReadonlySet<string> = Object.freeze(
  new Set([
    "authorization",
    "connection",
    "expect",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
  ]),
)

/**
 * The request with `authorization`, `x-amz-date` and what else a signature needs in its headers
 * (for S3 `x-amz-content-sha256`). It must have a `host` header, and its body must be buffered
 * unless `payload` says what stands for it.
 */
export function signRequest<Request extends Signable>(
  request: Request,
  options: SignOptions,
): Signed<Request> {
  const { credentials, service, payload } = options
  const requestTime = formatAmzDate(options.timeMs)
  const payloadHash = payload ?? hashOf(request)
  const headers: Record<string, string> = { ...request.headers, "x-amz-date": requestTime }
  delete headers["authorization"]
  if (isS3Signing(service) || payload !== undefined) headers["x-amz-content-sha256"] = payloadHash
  if (credentials.sessionToken !== undefined) {
    headers["x-amz-security-token"] = credentials.sessionToken
  }
  const signedHeaders = signableNames(headers)
  const scope = scopeOf(options, requestTime)
  const signature = signatureOf({ ...request, headers }, options, {
    via: "header",
    requestTime,
    scope,
    signedHeaders,
    payloadHash,
  })
  headers["authorization"] =
    `${HMAC_ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`
  return { ...request, headers }
}

/**
 * The request with its signature in the query, good for `expiresSeconds`. Every header that it
 * carries is signed and must be sent with it; usually `host` is the only one.
 */
export function presignRequest<Request extends Signable>(
  request: Request,
  options: SignOptions & { readonly expiresSeconds: number },
): Signed<Request> {
  const { credentials, service, payload } = options
  const requestTime = formatAmzDate(options.timeMs)
  const scope = scopeOf(options, requestTime)
  const signedHeaders = signableNames(request.headers)
  const payloadHash = payload ?? (isS3Signing(service) ? UNSIGNED_PAYLOAD : hashOf(request))
  const parameters: (readonly [string, string])[] = [
    ["X-Amz-Algorithm", HMAC_ALGORITHM],
    ["X-Amz-Credential", `${credentials.accessKeyId}/${scope}`],
    ["X-Amz-Date", requestTime],
    ["X-Amz-Expires", String(options.expiresSeconds)],
    ["X-Amz-SignedHeaders", signedHeaders],
  ]
  if (payload !== undefined) parameters.push(["X-Amz-Content-Sha256", payload])
  if (credentials.sessionToken !== undefined) {
    parameters.push(["X-Amz-Security-Token", credentials.sessionToken])
  }
  const added = parameters.map(([name, value]) => `${name}=${encodeValue(value)}`).join("&")
  const query = request.query === "" ? added : `${request.query}&${added}`
  const signature = signatureOf({ ...request, query }, options, {
    via: "query",
    requestTime,
    scope,
    signedHeaders,
    payloadHash,
  })
  return { ...request, query: `${query}&X-Amz-Signature=${signature}` }
}

interface SignatureInputs {
  readonly via: Via
  readonly requestTime: string
  readonly scope: string
  readonly signedHeaders: string
  readonly payloadHash: string
}

function signatureOf(request: Signable, options: SignOptions, inputs: SignatureInputs): string {
  const { service, region, credentials } = options
  const signed = { ...inputs, service, algorithm: HMAC_ALGORITHM } as const
  const canonical = canonicalRequest(signed, request, {
    payloadHash: inputs.payloadHash,
    headers: parseHeaderList(inputs.signedHeaders),
  })
  const date = inputs.requestTime.slice(0, 8)
  const key = deriveSigningKey(credentials.secret, {
    date,
    region,
    service,
    terminator: "aws4_request",
  })
  return hmacHex(key, stringToSign(signed, canonical))
}

function scopeOf({ region, service }: SignOptions, requestTime: string): string {
  return `${requestTime.slice(0, 8)}/${region}/${service}/aws4_request`
}

function signableNames(headers: Readonly<Record<string, string>>): string {
  return Object.keys(headers)
    .filter((name) => !NEVER_SIGNED.has(name))
    .sort()
    .join(";")
}

function hashOf(request: Signable): string {
  if (request.stream !== undefined) throw new Error("say what stands for a streamed body")
  return request.body.length === 0 ? EMPTY_HASH : hash("sha256", request.body)
}
