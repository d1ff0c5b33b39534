import { parsePolicy } from "../../../iam/policy/document.ts"
import { PolicyRefusal } from "../../../iam/policy/refusal.ts"
import { invalid, missing } from "../errors.ts"
import { POLICY_BYTES } from "../limits.ts"

/** The text of a policy that the engine can decide by. Throws what a vault refuses; words not verified. */
export function readPolicy(text: string | undefined): string {
  if (text === undefined) throw missing("Policy")
  if (Buffer.byteLength(text) > POLICY_BYTES) throw invalid("The policy exceeds 20 KB.")
  try {
    parsePolicy(text, { kind: "resource" })
  } catch (error) {
    if (error instanceof PolicyRefusal) throw invalid(`Invalid policy: ${error.message}`)
    throw error
  }
  return text
}
