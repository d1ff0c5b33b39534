import type { WireRequest } from "../../kernel/wire.ts"
import { parseAmzDate } from "./amz-date.ts"
import { AuthFailed } from "./failure.ts"
import type { AuthFailure, Via } from "./failure.ts"
import { decodeQueryPart } from "./uri-encoding.ts"
import { parseQueryVersion2, type VERSION_2 } from "./version2.ts"

export const HMAC_ALGORITHM = "AWS4-HMAC-SHA256"
export const ECDSA_ALGORITHM = "AWS4-ECDSA-P256-SHA256"
export type SigningAlgorithm = typeof HMAC_ALGORITHM | typeof ECDSA_ALGORITHM | typeof VERSION_2

/** Seven days: S3 user guide, "Authenticating Requests: Using Query Parameters". */
const MAX_EXPIRES_SECONDS = 604_800

/** What a request says about its own signature. Nothing of it is proven yet. */
export interface SignedRequest {
  readonly algorithm: SigningAlgorithm
  readonly via: Via
  /** The whole credential: access key id, then `scope`. */
  readonly credential: string
  readonly accessKeyId: string
  /** Everything after the access key id: `20150830/us-east-1/iam/aws4_request`. */
  readonly scope: string
  readonly date: string
  /** "" for ECDSA, whose scope has no region: see `regionSet`. */
  readonly region: string
  readonly service: string
  readonly terminator: string
  /** As sent: `host;x-amz-date`. */
  readonly signedHeaders: string
  readonly signature: string
  /** As sent, and as it stands in the string to sign. */
  readonly requestTime: string
  readonly requestTimeMs: number
  /** Life of a presigned request from `requestTimeMs`; undefined when it names none. */
  readonly expiresSeconds: number | undefined
  readonly sessionToken: string | undefined
  /**
   * For a directory bucket of S3. SDKs sign what they send within a session for `s3`, too, once they
   * have sent something else: then the session's token tells.
   */
  readonly express: boolean
  /** `X-Amz-Region-Set`, for ECDSA: comma-separated regions, with `*` wildcards. */
  readonly regionSet: string | undefined
}

/** What requests to S3's directory buckets are signed for. */
export const S3_EXPRESS = "s3express"

/** S3 and its siblings have their own rules for paths, payloads, clocks and errors. */
export function isS3Signing(service: string): boolean {
  return service === "s3" || service.startsWith("s3-") || service === S3_EXPRESS
}

/** Whether a `;`-separated list of signed headers has the (lower case) name. */
function listsHeader(signedHeaders: string, name: string): boolean {
  let at = signedHeaders.indexOf(name)
  while (at >= 0) {
    const end = at + name.length
    const startsWhole = at === 0 || signedHeaders.charCodeAt(at - 1) === 59
    if (startsWhole && (end === signedHeaders.length || signedHeaders.charCodeAt(end) === 59)) {
      return true
    }
    at = signedHeaders.indexOf(name, end)
  }
  return false
}

/**
 * Reads the signature of a request, from its Authorization header or its query, without checking
 * it. Throws AuthFailed when there is one that cannot be read.
 */
export function parseAuthorization(request: WireRequest): SignedRequest | "anonymous" {
  const header = request.headers["authorization"]
  if (header !== undefined) {
    if (request.query !== "" && /(^|&)X-Amz-Algorithm(=|&|$)/.test(request.query)) {
      fail({ kind: "two-mechanisms", header })
    }
    return parseHeader(header, request)
  }
  if (request.query === "") return "anonymous"
  if (request.query.includes("X-Amz-")) {
    const parameters = readQueryParameters(request.query)
    if (parameters !== undefined) return parseQuery(parameters, request)
  }
  return parseQueryVersion2(request.query) ?? "anonymous"
}

function fail(failure: AuthFailure): never {
  throw new AuthFailed(failure)
}

interface HeaderParameters {
  credential: string
  signedHeaders: string
  signature: string
}

const SPACE = 32
const COMMA = 44

/** Components are separated by commas or blanks, in any order, each `Name=value`. */
function readHeaderParameters(header: string, from: number): HeaderParameters {
  const found: HeaderParameters = { credential: "", signedHeaders: "", signature: "" }
  let at = from
  while (at < header.length) {
    const code = header.charCodeAt(at)
    if (code === SPACE || code === COMMA) {
      at++
      continue
    }
    let end = header.indexOf(",", at)
    if (end < 0) end = header.length
    const blank = header.indexOf(" ", at)
    if (blank >= 0 && blank < end) end = blank
    const equals = header.indexOf("=", at)
    if (equals < 0 || equals >= end) {
      fail({ kind: "not-key-value", component: header.slice(at, end), header })
    }
    if (header.startsWith("Credential=", at)) found.credential = header.slice(equals + 1, end)
    else if (header.startsWith("SignedHeaders=", at))
      found.signedHeaders = header.slice(equals + 1, end)
    else if (header.startsWith("Signature=", at)) found.signature = header.slice(equals + 1, end)
    at = end
  }
  return found
}

function parseHeader(header: string, request: WireRequest): SignedRequest {
  const blank = header.indexOf(" ")
  const scheme = blank < 0 ? header : header.slice(0, blank)
  if (scheme === "AWS") fail({ kind: "signature-version-2", header, complete: true })
  const found = readHeaderParameters(header, blank < 0 ? header.length : blank)
  const date = request.headers["x-amz-date"] ?? request.headers["date"]
  if (!scheme.startsWith("AWS4-")) {
    fail({ kind: "unsupported-scheme", header, missing: missingParameters(found, date) })
  }
  if (found.credential === "" || found.signature === "" || found.signedHeaders === "") {
    fail({ kind: "header-parameters-missing", missing: missingParameters(found, date), header })
  }
  if (date === undefined || date === "") fail({ kind: "date-missing", header })
  if (scheme !== HMAC_ALGORITHM && scheme !== ECDSA_ALGORITHM) {
    fail({ kind: "unsupported-algorithm", algorithm: scheme, value: header, via: "header" })
  }
  return signedRequest(request, {
    ...found,
    algorithm: scheme,
    via: "header",
    requestTime: date,
    expiresSeconds: undefined,
    sessionToken: request.headers["x-amz-security-token"],
    regionSet: signedRegionSet(request, found.signedHeaders),
  })
}

/** A region set counts only when it is signed: anyone on the way could widen it otherwise. */
function signedRegionSet(request: WireRequest, signedHeaders: string): string | undefined {
  const regionSet = request.headers["x-amz-region-set"]
  return regionSet !== undefined && listsHeader(signedHeaders, "x-amz-region-set")
    ? regionSet
    : undefined
}

/** In the order in which AWS names them. */
function missingParameters(found: HeaderParameters, date: string | undefined): string[] {
  const missing: string[] = []
  if (found.credential === "") missing.push("Credential")
  if (found.signature === "") missing.push("Signature")
  if (found.signedHeaders === "") missing.push("SignedHeaders")
  if (date === undefined || date === "") missing.push("Date")
  return missing
}

/** The parameters that carry a signature; the values are decoded. */
interface QueryParameters {
  algorithm?: string
  credential?: string
  signature?: string
  date?: string
  signedHeaders?: string
  expires?: string
  sessionToken?: string
  regionSet?: string
}

const QUERY_NAMES: Readonly<Record<string, keyof QueryParameters>> = {
  "X-Amz-Algorithm": "algorithm",
  "X-Amz-Credential": "credential",
  "X-Amz-Signature": "signature",
  "X-Amz-Date": "date",
  "X-Amz-SignedHeaders": "signedHeaders",
  "X-Amz-Expires": "expires",
  "X-Amz-Security-Token": "sessionToken",
  "X-Amz-Region-Set": "regionSet",
}

/** Undefined when the query has none that makes a request a presigned one. */
function readQueryParameters(query: string): QueryParameters | undefined {
  const found: QueryParameters = {}
  let at = 0
  while (at <= query.length) {
    let end = query.indexOf("&", at)
    if (end < 0) end = query.length
    if (query.startsWith("X-Amz-", at)) {
      const equals = query.indexOf("=", at)
      const nameEnd = equals < 0 || equals > end ? end : equals
      const name = query.slice(at, nameEnd)
      const field = Object.hasOwn(QUERY_NAMES, name) ? QUERY_NAMES[name] : undefined
      // The first of a repeated parameter counts; all of them are in what was signed.
      if (field !== undefined && found[field] === undefined) {
        found[field] = nameEnd === end ? "" : decodeQueryPart(query.slice(nameEnd + 1, end))
      }
    }
    at = end + 1
  }
  const { algorithm, credential, signature, signedHeaders, expires } = found
  const any = algorithm ?? credential ?? signature ?? signedHeaders ?? expires
  return any === undefined ? undefined : found
}

function parseQuery(found: QueryParameters, request: WireRequest): SignedRequest {
  const { algorithm, credential, signature, signedHeaders, date } = found
  const s3 = isS3Signing(credential?.split("/").at(-2) ?? "")
  const expiresMissing = s3 && !found.expires
  if (!algorithm || !credential || !signature || !signedHeaders || !date || expiresMissing) {
    const missing: string[] = []
    if (!algorithm) missing.push("X-Amz-Algorithm")
    if (!credential) missing.push("X-Amz-Credential")
    if (!signature) missing.push("X-Amz-Signature")
    if (!signedHeaders) missing.push("X-Amz-SignedHeaders")
    if (!date) missing.push("X-Amz-Date")
    if (expiresMissing) missing.push("X-Amz-Expires")
    fail({ kind: "query-parameters-missing", missing })
  }
  if (algorithm !== HMAC_ALGORITHM && algorithm !== ECDSA_ALGORITHM) {
    fail({ kind: "unsupported-algorithm", algorithm, value: algorithm, via: "query" })
  }
  return signedRequest(request, {
    algorithm,
    credential,
    signature,
    signedHeaders,
    via: "query",
    requestTime: date,
    expiresSeconds: found.expires ? parseExpires(found.expires) : undefined,
    sessionToken: found.sessionToken ?? request.headers["x-amz-security-token"],
    regionSet: found.regionSet ?? signedRegionSet(request, signedHeaders),
  })
}

function parseExpires(text: string): number {
  if (!/^-?[0-9]{1,15}$/.test(text)) fail({ kind: "expires-invalid", reason: "not-a-number" })
  const seconds = Number(text)
  if (seconds < 0) fail({ kind: "expires-invalid", reason: "negative" })
  if (seconds > MAX_EXPIRES_SECONDS) fail({ kind: "expires-invalid", reason: "too-large" })
  return seconds
}

interface ReadSignature extends HeaderParameters {
  algorithm: SigningAlgorithm
  via: Via
  requestTime: string
  expiresSeconds: number | undefined
  sessionToken: string | undefined
  regionSet: string | undefined
}

function signedRequest(request: WireRequest, read: ReadSignature): SignedRequest {
  const { algorithm, via, credential, requestTime, signedHeaders } = read
  const a = credential.indexOf("/")
  const b = credential.indexOf("/", a + 1)
  const hasRegion = algorithm === HMAC_ALGORITHM
  const c = hasRegion ? credential.indexOf("/", b + 1) : b
  const d = credential.indexOf("/", c + 1)
  if (
    a < 0 ||
    b <= a ||
    c < b ||
    d <= c ||
    (hasRegion && c === b) ||
    credential.includes("/", d + 1)
  ) {
    fail({ kind: "credential-malformed", credential, via })
  }
  if (a === 0) fail({ kind: "access-key-empty", via })
  const service = credential.slice(c + 1, d)
  const s3 = isS3Signing(service)
  const requestTimeMs = parseRequestTime(requestTime, s3 && via === "header")
  if (requestTimeMs === undefined) fail({ kind: "date-malformed", got: requestTime, via })
  requireSignedHeaders(request, signedHeaders, s3)
  const expressToken = s3 ? expressTokenOf(request, via) : undefined
  return {
    algorithm,
    via,
    credential,
    accessKeyId: credential.slice(0, a),
    scope: credential.slice(a + 1),
    date: credential.slice(a + 1, b),
    region: hasRegion ? credential.slice(b + 1, c) : "",
    service,
    terminator: credential.slice(d + 1),
    signedHeaders,
    signature: read.signature,
    requestTime,
    requestTimeMs,
    expiresSeconds: read.expiresSeconds,
    sessionToken: expressToken ?? read.sessionToken,
    express: service === S3_EXPRESS || expressToken !== undefined,
    regionSet: read.regionSet,
  }
}

/** The token of a session with a directory bucket has a name of its own ("CreateSession"). */
function expressTokenOf({ headers, query }: WireRequest, via: Via): string | undefined {
  const header = headers["x-amz-s3session-token"]
  if (header !== undefined || via !== "query") return header
  const [, value] = /(?:^|&)X-Amz-S3session-Token=([^&]*)/i.exec(query) ?? []
  return value === undefined ? undefined : decodeQueryPart(value)
}

/**
 * S3 takes an HTTP date as well, and signs it as it was sent (recorded: its StringToSign shows
 * `Wed, 06 May 2020 15:42:30 -0000`); other services refuse it (recorded for SQS).
 */
function parseRequestTime(text: string, httpDate: boolean): number | undefined {
  const basic = parseAmzDate(text)
  if (basic !== undefined || !httpDate) return basic
  if (
    !/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (GMT|UTC|[+-]\d{4})$/.test(text)
  ) {
    return undefined
  }
  const parsed = Date.parse(text)
  return Number.isNaN(parsed) ? undefined : parsed
}

/**
 * `host` must be signed everywhere. S3 also refuses every `x-amz-*` header that came along
 * unsigned, the payload hash aside (recorded: HeadersNotSigned `x-amz-date, x-amz-meta-wrong`).
 */
function requireSignedHeaders(request: WireRequest, signedHeaders: string, s3: boolean): void {
  const hostSigned = listsHeader(signedHeaders, "host") || /(^|;)host(;|$)/i.test(signedHeaders)
  if (!s3) {
    if (!hostSigned) fail({ kind: "host-not-signed" })
    return
  }
  const unsigned: string[] = hostSigned ? [] : ["host"]
  for (const name in request.headers) {
    if (!name.startsWith("x-amz-") || name === "x-amz-content-sha256") continue
    if (!listsHeader(signedHeaders, name)) unsigned.push(name)
  }
  if (unsigned.length > 0) fail({ kind: "headers-not-signed", names: unsigned.sort() })
}
