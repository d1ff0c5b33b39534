import type { WriteTx } from "../../kernel/transaction.ts"

const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
const DIGITS = "0123456789"

/** Forms by the patterns of the API: `o-` and 10 to 32 of these characters, `r-` and 4 to 32 … */
const draw = (tx: WriteTx, length: number): string =>
  tx.random("organizations/id").string(length, ALPHABET)

export const newOrganizationId = (tx: WriteTx): string => `o-${draw(tx, 10)}`
export const newRootId = (tx: WriteTx): string => `r-${draw(tx, 4)}`
/** An OU's id names its root: `ou-<root>-<own>`. */
export const newUnitId = (tx: WriteTx, rootId: string): string =>
  `ou-${rootId.slice(2)}-${draw(tx, 8)}`
export const newPolicyId = (tx: WriteTx): string => `p-${draw(tx, 8)}`
export const newResourcePolicyId = (tx: WriteTx): string => `rp-${draw(tx, 8)}`
export const newHandshakeId = (tx: WriteTx): string => `h-${draw(tx, 32)}`
export const newTransferId = (tx: WriteTx): string => `rt-${draw(tx, 8)}`
export const newRequestId = (tx: WriteTx): string => `car-${draw(tx, 32)}`

/** Twelve digits, the first of which is none that a dummy account would begin with. */
export function newAccountId(tx: WriteTx): string {
  const random = tx.random("organizations/account-id")
  return random.string(1, "23456789") + random.string(11, DIGITS)
}
