import type { WriteTx } from "../../../kernel/transaction.ts"
import { assertStatementIds, parsePolicy } from "../../../iam/policy/document.ts"
import { PolicyRefusal } from "../../../iam/policy/refusal.ts"
import { validation } from "../errors.ts"
import { POLICY_BYTES } from "../limits.ts"

/** A resource policy and its revision. Throws ValidationException (the words are not verified). */
export function checkedPolicy(
  tx: WriteTx,
  text: string,
): { readonly text: string; readonly revision: string } {
  if (Buffer.byteLength(text.replaceAll(/\s/g, "")) > POLICY_BYTES)
    throw validation("Invalid policy document: The policy exceeds the maximum size of 20 KB")
  refusing("Invalid policy document: ", () => {
    const document = parsePolicy(text, { kind: "resource" })
    // As users quote it, these words stand alone.
    refusing("", () => assertStatementIds(document))
  })
  return { text, revision: String(tx.now * 1000 + (tx.serial() % 1000)) }
}

function refusing(prefix: string, check: () => void): void {
  try {
    check()
  } catch (error) {
    if (error instanceof PolicyRefusal) throw validation(`${prefix}${error.reason}`)
    throw error
  }
}
