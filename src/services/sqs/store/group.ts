import { table } from "../../../kernel/table.ts"

/**
 * A message group of a FIFO queue that has messages. Its turn comes when its first message becomes
 * available (recorded): by age while that was never received, then by the end of its invisibility.
 */
export interface Group {
  readonly store: number
  readonly group: string
  /** Whether the first message was never received. */
  readonly fresh: boolean
  /** Fresh: when it was enqueued, to which the queue's delay is added. Else: when it is available. */
  readonly at: number
  /** Decides between groups of the same instant. */
  readonly order: number
  /** The number of the first message. */
  readonly headSeq: number
}

export const groups = table<Group>("sqs/group", {
  key: (group) => [group.store, group.group],
  indexes: { byTurn: ({ store, fresh, at, order }) => [store, fresh ? 0 : 1, at, order] },
})

/** A tenant of a fair queue (a message group of a standard queue) that has messages. */
export interface Tenant {
  readonly store: number
  readonly group: string
  readonly ready: number
  readonly inFlight: number
  /** Age and number of the oldest ready message. */
  readonly headMs: number
  readonly headSeq: number
  /** Others go first. */
  readonly noisy: boolean
  readonly lastSentMs: number
}

export const tenants = table<Tenant>("sqs/tenant", {
  key: (tenant) => [tenant.store, tenant.group],
  indexes: {
    byTurn: ({ store, ready, noisy, inFlight, headMs, headSeq }) =>
      ready > 0 && (noisy ? [store, 1, inFlight, headSeq] : [store, 0, headMs, headSeq]),
  },
})
