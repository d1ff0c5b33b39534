import { createHmac, hash } from "node:crypto"

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
const SIGNED = "host;x-amz-date"

const hmac = (key: string | Uint8Array, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest()

/** Signature Version 4 of a POST, as the API specification's appendix A has it. */
export function signedHeaders(
  { host, path, body, timeMs }: Unsigned,
  { accessKeyId, secret, region }: Signer,
): Readonly<Record<string, string>> {
  const time = new Date(timeMs).toISOString().replace(/[-:]|\.\d+/g, "")
  const day = time.slice(0, 8)
  const headers = `host:${host}\nx-amz-date:${time}\n`
  const canonical = ["POST", path, "", headers, SIGNED, hash("sha256", body)].join("\n")
  const scope = `${day}/${region}/${SERVICE}/aws4_request`
  const text = ["AWS4-HMAC-SHA256", time, scope, hash("sha256", canonical)].join("\n")
  const key = [region, SERVICE, "aws4_request"].reduce<Buffer>(hmac, hmac(`AWS4${secret}`, day))
  const signature = hmac(key, text).toString("hex")
  return {
    "content-type": "application/json",
    "x-amz-date": time,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${SIGNED}, Signature=${signature}`,
  }
}
