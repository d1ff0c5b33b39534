import { signRequest } from "../../../../protocols/sigv4/sign.ts"

/** What a request to a proxy is signed with. */
export interface Signer {
  readonly accessKeyId: string
  readonly secret: string
  readonly region: string
}

export interface Unsigned {
  /** Host and port. */
  readonly host: string
  readonly path: string
  readonly body: Uint8Array
  /** Host time, epoch milliseconds. */
  readonly timeMs: number
}

const SERVICE = "kms-xks-proxy"

/** The headers of a POST, signed as the API specification's appendix A has it: host and date are. */
export function signedHeaders(
  { host, path, body, timeMs }: Unsigned,
  { region, ...credentials }: Signer,
): Readonly<Record<string, string>> {
  const unsigned = { method: "POST", path, query: "", headers: { host }, body }
  const options = { credentials, service: SERVICE, region, timeMs }
  const { host: _, ...headers } = signRequest(unsigned, options).headers
  return { "content-type": "application/json", ...headers }
}
