import type { TcpConnection } from "../../../kernel/doors/tcp.ts"
import type { WireRequest } from "../../../kernel/wire.ts"
import { bytesOf, textOf, type Value } from "./decode.ts"
import { ProtocolError } from "./protocol-error.ts"

/** What clients sign: a request to this host, whatever the cluster's address. */
const HOST = "dax.amazonaws.com"

interface Signed {
  readonly accessKey: Value | undefined
  readonly signature: Value | undefined
  /** Algorithm, time, scope and the digest of the request, a line each. */
  readonly stringToSign: Value | undefined
  readonly token: Value | undefined
}

/**
 * The request that a client has signed to say who it is: an empty POST to `/`, of which it sends
 * all but the obvious. Throws ProtocolError.
 */
export function signedRequest(
  { accessKey, signature, stringToSign, token }: Signed,
  { secure, remoteAddress }: TcpConnection,
): WireRequest {
  const [algorithm, time, scope] = bytesOf(stringToSign).toString().split("\n")
  if (algorithm === undefined || time === undefined || scope === undefined)
    throw new ProtocolError("a string to sign is wanted")
  const credential = `${textOf(accessKey)}/${scope}`
  const signed = `Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${textOf(signature)}`
  return {
    ...{ method: "POST", path: "/", query: "", body: Buffer.alloc(0), secure, remoteAddress },
    headers: {
      ...{ host: HOST, "x-amz-date": time, authorization: `${algorithm} ${signed}` },
      ...(typeof token === "string" && { "x-amz-security-token": token }),
    },
  }
}
