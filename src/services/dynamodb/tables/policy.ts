import type { WriteTx } from "../../../kernel/transaction.ts"
import { assertStatementIds } from "../../../iam/policy/document.ts"
import { PolicyRefusal } from "../../../iam/policy/refusal.ts"
import { keptPolicy } from "../../iam/port.ts"
import { invalidText, invalidValues, validation } from "../errors.ts"
import { POLICY_BYTES } from "../limits.ts"

/**
 * A resource policy as it is kept, by the unique ids of users and roles, and its revision. Throws
 * ValidationException (recorded, but for what IAM says of the document).
 */
export function checkedPolicy(
  tx: WriteTx,
  text: string,
): { readonly text: string; readonly revision: string } {
  if (Buffer.byteLength(text.replaceAll(/\s/g, "")) > POLICY_BYTES)
    throw invalidValues(`Maximum policy size of ${POLICY_BYTES} bytes exceeded`)
  const kept = refusing(invalidText("Invalid policy document: "), () => {
    const policy = keptPolicy(tx, text, { kind: "resource" })
    // As users quote it, these words stand alone.
    refusing("", () => assertStatementIds(policy.document))
    return policy.text
  })
  return { text: kept, revision: String(tx.now * 1000 + (tx.serial() % 1000)) }
}

function refusing<Value>(prefix: string, check: () => Value): Value {
  try {
    return check()
  } catch (error) {
    if (error instanceof PolicyRefusal) throw validation(`${prefix}${error.reason}`)
    throw error
  }
}
