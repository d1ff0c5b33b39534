import type { ReadTx } from "../../../kernel/transaction.ts"
import { accounts, type Account } from "./account.ts"

/**
 * The account of that id. Accounts need no making in this cloud: whoever signs as one has it. Of
 * one that was not made by CreateAccount neither name nor email is known; it gets some that tell.
 */
export function knownAccount(
  tx: ReadTx,
  { id, partition }: Pick<Account, "id" | "partition">,
): Account {
  return (
    tx.get(accounts, [id]) ?? {
      ...{ id, partition },
      name: `Account ${id}`,
      email: `${id}@${DEFAULT_DOMAIN}`,
      state: "ACTIVE",
      tags: [],
    }
  )
}

const DEFAULT_DOMAIN = "accounts.example.com"

/** The account with that address; undefined when nobody has it. */
export function accountOfEmail(
  tx: ReadTx,
  { email, partition }: { readonly email: string; readonly partition: string },
): Account | undefined {
  const address = email.toLowerCase()
  const found = tx.first(accounts, { index: "byEmail", prefix: [address] })
  if (found) return found
  const [id = "", domain] = address.split("@")
  if (domain !== DEFAULT_DOMAIN || !/^\d{12}$/.test(id) || tx.get(accounts, [id])) return undefined
  return knownAccount(tx, { id, partition })
}
