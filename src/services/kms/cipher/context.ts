import { invalid } from "../errors.ts"

export type EncryptionContext = Readonly<Record<string, string>>

/** "The encryption context … must be less than 8 KB" as text. */
const CONTEXT_LIMIT = 8_192

/**
 * The form of an encryption context that is authenticated: its pairs in the order of their keys, so
 * that the order of a request does not matter. No two contexts have the same.
 */
export function contextText(context: EncryptionContext | undefined): string {
  if (context === undefined) return ""
  const pairs = Object.entries(context)
  if (pairs.length === 0) return ""
  if (pairs.length > 1) pairs.sort(([one], [other]) => (one < other ? -1 : 1))
  const text = JSON.stringify(pairs)
  // Not verified: the words.
  if (text.length > CONTEXT_LIMIT) throw invalid("EncryptionContext is too large.")
  return text
}
