import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import type { In } from "../define.ts"
import { validation } from "../errors.ts"
import { encryptionOf } from "./encryption.ts"
import { checkedPolicy } from "./policy.ts"
import type { Table } from "./table.ts"
import { withTags } from "./tags.ts"

/** What every new table is given for itself, a replica of another account's too. */
export const ownSettings = (tx: WriteTx, input: In<"CreateTable">, call: Call) => ({
  tableClass: checkedClass(input.TableClass ?? "STANDARD"),
  tableClassChangesMs: input.TableClass === undefined ? undefined : [],
  encryption: encryptionOf(tx, input.SSESpecification, call),
  deletionProtection: input.DeletionProtectionEnabled ?? false,
  tags: withTags({}, input.Tags),
  policy: input.ResourcePolicy === undefined ? undefined : checkedPolicy(tx, input.ResourcePolicy),
})

/** Recorded: not in the words of the model. */
export function checkedClass(given: string): Table["tableClass"] {
  if (given !== "STANDARD" && given !== "STANDARD_INFREQUENT_ACCESS")
    throw validation(
      "Invalid table-class parameter provided. Please try again with a valid table-class value: " +
        "[STANDARD, STANDARD_INFREQUENT_ACCESS].",
    )
  return given
}
