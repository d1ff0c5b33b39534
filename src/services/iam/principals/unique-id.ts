import { ID_ALPHABET, idInAccount } from "../../../iam/access-key-id.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"

/** "Understanding unique ID prefixes" (IAM user guide). */
type Prefix = "AIDA" | "AGPA" | "AROA" | "ANPA" | "ACCA" | "AIPA" | "APKA" | "ASCA"

/** Characters behind those that tell the account: ids have 21. */
const TAIL_LENGTH = 9

export const newUniqueId = (
  tx: WriteTx,
  prefix: Prefix,
  { account }: Pick<Call, "account">,
): string =>
  idInAccount(prefix, account, tx.random("iam/unique-id").string(TAIL_LENGTH, ID_ALPHABET))
