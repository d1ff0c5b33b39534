import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { EXPIRY_DAYS } from "../limits.ts"

/** How many days before its end events tell of a certificate, in an account's Region. */
interface AccountConfiguration {
  readonly account: string
  readonly region: string
  readonly daysBeforeExpiry: number
}

export const configurations = table<AccountConfiguration>("acm/configuration", {
  key: ({ account, region }) => [account, region],
})

type Place = Pick<AccountConfiguration, "account" | "region">

export const daysBeforeExpiry = (tx: ReadTx, { account, region }: Place): number =>
  tx.get(configurations, [account, region])?.daysBeforeExpiry ?? EXPIRY_DAYS.default
