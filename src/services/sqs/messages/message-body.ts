import { invalidMessageContents, missingParameter } from "../errors.ts"

/**
 * What XML 1.0 cannot carry, and so no message can: control characters but tab, line feed and
 * carriage return, lone surrogates, U+FFFE and U+FFFF (SendMessage, API reference).
 */
// oxlint-disable-next-line no-control-regex -- these are the characters that are refused
const REFUSED = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/

export const isAllowedText = (text: string): boolean => !REFUSED.test(text) && text.isWellFormed()

/** Throws MissingParameter for an empty body (recorded), InvalidMessageContents for its characters. */
export function assertBody(body: string | undefined): asserts body is string {
  if (body === undefined || body === "") throw missingParameter("MessageBody")
  if (!isAllowedText(body)) throw invalidMessageContents()
}
