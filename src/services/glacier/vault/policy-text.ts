import { PolicyRefusal } from "../../../iam/policy/refusal.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { keptPolicy } from "../../iam/port.ts"
import { invalid, missing } from "../errors.ts"
import { POLICY_BYTES } from "../limits.ts"

/**
 * A policy that the engine can decide by, as it is kept: by the unique ids of users and roles. Throws
 * what a vault refuses; words not verified.
 */
export function readPolicy(tx: ReadTx, text: string | undefined): string {
  if (text === undefined) throw missing("Policy")
  if (Buffer.byteLength(text) > POLICY_BYTES) throw invalid("The policy exceeds 20 KB.")
  try {
    return keptPolicy(tx, text, { kind: "resource" }).text
  } catch (error) {
    if (error instanceof PolicyRefusal) throw invalid(`Invalid policy: ${error.message}`)
    throw error
  }
}
