import { job } from "../../../kernel/later/later.ts"
import { table } from "../../../kernel/table.ts"
import { onAccount } from "../access.ts"
import { op, type Out } from "../define.ts"
import { limitExceeded } from "../errors.ts"
import { CAPACITY_UNITS } from "../limits.ts"
import { isoTime } from "../time.ts"
import { accountOf } from "../vault/vault.ts"

/** A unit of capacity for expedited retrievals. Ours never run short of it. */
interface Capacity {
  readonly account: string
  readonly region: string
  readonly serial: number
  readonly id: string
  readonly startMs: number
  readonly endMs: number
}

export const capacities = table<Capacity>("glacier/capacity", {
  key: ({ account, region, serial }) => [account, region, serial],
})

const ID_LENGTH = 24
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

export const PurchaseProvisionedCapacity = op.write("PurchaseProvisionedCapacity", {
  authorize: onAccount,
  run(tx, input, call): Out<"PurchaseProvisionedCapacity"> {
    const account = accountOf(input, call)
    const { region } = call
    // Not verified: that each Region has units of its own.
    if (
      tx.count(capacities, { prefix: [account, region], limit: CAPACITY_UNITS }) >= CAPACITY_UNITS
    )
      throw limitExceeded(`An account can have ${CAPACITY_UNITS} provisioned capacity units.`)
    const id = tx.random("glacier/capacity-id").string(ID_LENGTH, ALPHABET)
    const key = { account, region, serial: tx.serial() }
    const endMs = monthAfter(tx.now)
    tx.insert(capacities, { ...key, id, startMs: tx.now, endMs })
    tx.meter("glacier:provisioned-capacity", { account, region })
    tx.schedule(endCapacity, key, endMs)
    return { capacityId: id }
  },
})

export const ListProvisionedCapacity = op.read("ListProvisionedCapacity", {
  authorize: onAccount,
  run(tx, input, call): Out<"ListProvisionedCapacity"> {
    const prefix = [accountOf(input, call), call.region]
    const { rows } = tx.scan(capacities, { prefix, limit: CAPACITY_UNITS })
    return {
      ProvisionedCapacityList: rows.map(({ id, startMs, endMs }) => ({
        CapacityId: id,
        ...{ StartDate: isoTime(startMs), ExpirationDate: isoTime(endMs) },
      })),
    }
  },
})

export const endCapacity = job<Pick<Capacity, "account" | "region" | "serial">>(
  "glacier/endCapacity",
  {
    run(tx, { account, region, serial }) {
      tx.delete(capacities, [account, region, serial])
    },
  },
)

/** "If the start date is on the 31st day of a month, the expiration date is the last day of the next month." */
function monthAfter(ms: number): number {
  const date = new Date(ms)
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 2, 0)).getUTCDate()
  const day = Math.min(date.getUTCDate(), lastDay)
  return date.setUTCMonth(date.getUTCMonth() + 1, day)
}
