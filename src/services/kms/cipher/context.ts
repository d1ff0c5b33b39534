import { invalid } from "../errors.ts"

export type EncryptionContext = Readonly<Record<string, string>>

/** "The encryption context … must be less than 8 KB" as text. */
const CONTEXT_LIMIT = 8_192

/**
 * The form of an encryption context that is authenticated: pairs in the order of their keys' bytes,
 * each text with its length in front. The order of a request does not matter.
 */
export function contextBytes(context: EncryptionContext | undefined): Buffer {
  const entries = Object.entries(context ?? {})
  if (entries.length === 0) return EMPTY
  const pairs = entries.map(([key, value]) => [Buffer.from(key), Buffer.from(value)] as const)
  pairs.sort(([a], [b]) => Buffer.compare(a, b))
  const parts: Buffer[] = []
  let size = 0
  for (const pair of pairs) {
    for (const text of pair) {
      const length = Buffer.allocUnsafe(4)
      length.writeUInt32BE(text.length)
      parts.push(length, text)
      size += text.length
    }
  }
  // Not verified: the words.
  if (size > CONTEXT_LIMIT) throw invalid("EncryptionContext is too large.")
  return Buffer.concat(parts)
}

const EMPTY = Buffer.alloc(0)
