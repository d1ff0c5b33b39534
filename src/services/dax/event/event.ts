import { table } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { DAY_MS, EVENT_DAYS } from "../limits.ts"

export type SourceType = "CLUSTER" | "PARAMETER_GROUP" | "SUBNET_GROUP"

export interface DaxEvent {
  readonly account: string
  readonly region: string
  readonly atMs: number
  readonly serial: number
  readonly sourceType: SourceType
  readonly sourceName: string
  readonly message: string
}

export const events = table<DaxEvent>("dax/event", {
  key: ({ account, region, atMs, serial }) => [account, region, atMs, serial],
})

/** Old events that go with a new one: more than come. */
const SWEPT = 10

/** Notes what happened, and forgets what is too old to be told. */
export function note(tx: WriteTx, event: Omit<DaxEvent, "atMs" | "serial">): void {
  const { account, region } = event
  tx.put(events, { ...event, atMs: tx.now, serial: tx.serial() })
  const old = { to: [tx.now - EVENT_DAYS * DAY_MS], limit: SWEPT }
  for (const one of tx.scan(events, { prefix: [account, region], ...old }).rows)
    tx.remove(events, one)
}
