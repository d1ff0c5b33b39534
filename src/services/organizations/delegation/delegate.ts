import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"

/** A member account that administers a service for the organization. */
export interface Delegate {
  readonly organizationId: string
  readonly account: string
  /** `config.amazonaws.com`. */
  readonly service: string
  readonly enabledMs: number
}

export const delegates = table<Delegate>("organizations/delegate", {
  key: (one) => [one.organizationId, one.account, one.service],
  indexes: { byService: (one) => [one.organizationId, one.service, one.account] },
  cached: true,
})

/** The account administers at least one service. */
export const isDelegate = (tx: ReadTx, organizationId: string, account: string): boolean =>
  tx.first(delegates, { prefix: [organizationId, account] }) !== undefined
