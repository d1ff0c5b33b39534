import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import type { In } from "../define.ts"
import { encryptionOf } from "./encryption.ts"
import { checkedPolicy } from "./policy.ts"
import type { Table } from "./table.ts"
import { withTags } from "./tags.ts"

/** What every new table is given for itself, a replica of another account's too. */
export const ownSettings = (tx: WriteTx, input: In<"CreateTable">, call: Call) => ({
  tableClass: (input.TableClass ?? "STANDARD") as Table["tableClass"],
  tableClassChangesMs: input.TableClass === undefined ? undefined : [],
  encryption: encryptionOf(tx, input.SSESpecification, call),
  deletionProtection: input.DeletionProtectionEnabled ?? false,
  tags: withTags({}, input.Tags),
  policy: input.ResourcePolicy === undefined ? undefined : checkedPolicy(tx, input.ResourcePolicy),
})
