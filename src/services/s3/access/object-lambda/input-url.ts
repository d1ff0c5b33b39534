import { encodeValue } from "../../../../protocols/sigv4/uri-encoding.ts"
import { presignRequest } from "../../../../protocols/sigv4/sign.ts"
import type { WireRequest } from "../../../../kernel/wire.ts"
import type { Call } from "../../../../registry/call.ts"
import type { ForwardedKeys } from "../../../sts/port.ts"
import type { AccessPoint } from "../points/access-point.ts"
import type { ObjectLambdaPoint } from "./point.ts"

/** A second more than a function has; the number is not verified. */
export const URL_SECONDS = 61

/** Parameters of a signature. */
const SIGNING: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires"],
    ...["x-amz-signedheaders", "x-amz-signature", "x-amz-security-token", "x-amz-content-sha256"],
    ...["awsaccesskeyid", "signature", "expires"],
  ]),
)
/** "The provided presigned URL … doesn't contain the Range or partNumber parameter"; an SDK's own. */
const NOT_HANDED_ON: ReadonlySet<string> = Object.freeze(new Set(["range", "partnumber", "x-id"]))
/** Headers of the signature and of its keys. */
const OF_SIGNATURE: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-amz-user-agent"],
    "x-amz-region-set",
  ]),
)

export interface InputUrl {
  readonly call: Call
  readonly wire: WireRequest
  readonly key: string | undefined
  readonly point: ObjectLambdaPoint
  readonly supporting: AccessPoint
  readonly keys: ForwardedKeys
  /** Host time. */
  readonly timeMs: number
}

/**
 * The presigned URL with which a function does what its caller asked for, through the supporting
 * access point. Headers of S3's own are signed: the function must send them too (recorded of
 * `x-amz-checksum-mode`).
 */
export function inputUrl({ call, wire, key, point, supporting, keys, timeMs }: InputUrl): string {
  const { scheme, host } = endpointOf(call, point)
  const { accessKeyId, secret, sessionToken } = keys
  const path = `/${supporting.alias}${key === undefined ? "" : `/${encodeKey(key)}`}`
  const { query } = presignRequest(
    {
      method: wire.method,
      path,
      query: queryOf(wire),
      headers: headersOf(wire, host),
      body: NOTHING,
    },
    {
      credentials: { accessKeyId, secret, sessionToken },
      ...{ service: "s3", region: call.region, timeMs, expiresSeconds: URL_SECONDS },
    },
  )
  return `${scheme}//${host}${path}?${query}`
}

const NOTHING = new Uint8Array(0)

const encodeKey = (key: string): string => key.split("/").map(encodeValue).join("/")

/** The address by which the caller came, without what names the access point. */
function endpointOf(call: Call, { name, account, alias }: ObjectLambdaPoint) {
  const { protocol: scheme, host: given } = new URL(call.endpoint)
  const label = [`${name}-${account}.`, `${alias}.`].find((one) => given.startsWith(one)) ?? ""
  return { scheme, host: given.slice(label.length).replace(/^s3-object-lambda(-fips)?\./, "s3$1.") }
}

const queryOf = ({ query }: WireRequest): string =>
  pairsOf(withoutSignature(query))
    .filter((pair) => !NOT_HANDED_ON.has(nameOf(pair)))
    .join("&")

function headersOf({ headers }: WireRequest, host: string): Record<string, string> {
  const signed: Record<string, string> = { host }
  for (const [name, value] of Object.entries(headers))
    if (name.startsWith("x-amz-") && !OF_SIGNATURE.has(name)) signed[name] = value
  return signed
}

/** What a URL asks, without what proves who asks. */
export const withoutSignature = (query: string): string =>
  pairsOf(query)
    .filter((pair) => !SIGNING.has(nameOf(pair)))
    .join("&")

const pairsOf = (query: string): string[] => query.split("&").filter((pair) => pair !== "")

const nameOf = (pair: string): string => (pair.split("=", 1)[0] as string).toLowerCase()
