import { principalArn } from "../../../iam/principal.ts"
import type { WireResponse } from "../../../kernel/wire.ts"
import type { Call } from "../../../registry/call.ts"
import type { Exchange } from "../../../registry/call-record.ts"
import type { BytesThrough } from "../access/points/multi-region.ts"
import { canonicalId } from "../owner.ts"
import type { LineFacts } from "./line.ts"

/** The bytes of an answer's body, as far as they are known. */
export function bytesOf(response: WireResponse): number | undefined {
  const { body } = response
  if (typeof body === "string") return Buffer.byteLength(body)
  if (body instanceof Uint8Array) return body.length
  return numberOf(headerOf(response, "content-length"))
}

/** A header of an answer; `wanted` in small letters. */
export function headerOf({ headers }: WireResponse, wanted: string): string | undefined {
  for (const name in headers) {
    const value = headers[name]
    if (name.toLowerCase() === wanted && typeof value === "string") return value
  }
  return undefined
}

/** Undefined of what is no number. */
export const numberOf = (text: string | undefined): number | undefined =>
  text === undefined || !/^\d+$/.test(text) ? undefined : Number(text)

/** Percent-decoded, where that can be done. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

type WhoFacts = Pick<LineFacts, "requester" | "signature" | "authType">

/** Who asked, and how that was signed. */
export function callFacts(call: Call | undefined): WhoFacts {
  if (!call || call.principal.type === "anonymous") return {}
  const { principal, partition, signing } = call
  return {
    requester:
      principal.type === "root"
        ? canonicalId(principal.account)
        : principalArn(principal, partition),
    ...(signing && { signature: signing.algorithm.startsWith("AWS4-") ? "SigV4" : "SigV2" }),
    ...(signing?.via === "header" && { authType: "AuthHeader" }),
    ...(signing?.via === "query" && { authType: "QueryString" }),
  }
}

/** The bytes that a request brought, and those that it was answered. */
export const bytesThrough = ({ request: { headers }, response }: Exchange): BytesThrough => ({
  bytesIn: numberOf(headers["x-amz-decoded-content-length"] ?? headers["content-length"]),
  bytesOut: bytesOf(response),
})
