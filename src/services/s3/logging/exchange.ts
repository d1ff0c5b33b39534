import type { WireResponse } from "../../../kernel/wire.ts"

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
