import { effect, implement, job, type Job, type Receiver } from "../../../src/kernel/later/later.ts"
import { table, type Table } from "../../../src/kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../src/kernel/transaction.ts"
import type { Dice } from "../dice.ts"
import { Injected } from "../faults.ts"

/** A row that changes hands: its version counts the changes. */
export interface Item {
  readonly id: string
  readonly version: number
  readonly group?: string | undefined
  readonly rank: number
}

export const items = table<Item>("sim/item", {
  key: (item) => [item.id],
  indexes: {
    byGroup: ({ group, rank }) => group !== undefined && [group, rank],
    byRank: ({ rank }) => rank % 3 !== 0 && [rank],
  },
})

/** The same, with decoded rows kept in memory. */
export const kept = table<Item>("sim/kept", {
  key: (item) => [item.id],
  indexes: { byRank: ({ rank }) => [rank] },
  cached: true,
})

export interface Firing {
  readonly name: string
  readonly dueMs: number
  readonly firedMs: number
  readonly times: number
}

export const firings = table<Firing>("sim/firing", { key: (one) => [one.name] })

/** What was said to an ear, in the order of the emissions. */
export interface Tally {
  readonly ear: string
  readonly count: number
}

export const said = table<Tally>("sim/said", { key: (one) => [one.ear] })
export const heard = table<Tally>("sim/heard", { key: (one) => [one.ear] })

export const tables: readonly Table<object>[] = [items, kept, firings, said, heard]

export interface Alarm {
  readonly name: string
  readonly dueMs: number
}

/** Jobs by what they do; the code behind them fails by chance. */
export const ring = job<Alarm>("sim/ring", {})
export const ringOutside = job<Alarm>("sim/ringOutside", {})

export interface Word {
  readonly ear: string
  readonly number: number
}

export const tell = effect<Word>("sim/tell")
export const tellOutside = effect<Word>("sim/tellOutside")

function book(tx: WriteTx, { name, dueMs }: Alarm): void {
  const times = (tx.get(firings, [name])?.times ?? 0) + 1
  tx.put(firings, { name, dueMs, firedMs: tx.now, times })
}

/** The code of the jobs and effects, failing as the dice say. */
export function thingsToDo(
  dice: Dice,
  wrong: (what: string) => void,
): { jobs: readonly Job<object>[]; receivers: readonly Receiver<object>[] } {
  const mayFail = (share: number): void => {
    if (dice.chance(share)) throw new Injected("by chance")
  }
  const hear = (tx: WriteTx, { ear, number }: Word, atLeastOnce: boolean): void => {
    const before = tx.get(heard, [ear])?.count ?? 0
    if (atLeastOnce && number === before) return
    if (number !== before + 1) wrong(`${ear} heard ${number} after ${before}`)
    tx.put(heard, { ear, count: number })
  }
  const retry = { attempts: 3, backoffMs: [1_000, 10_000] }
  const jobs = [
    job<Alarm>(ring.name, {
      run(tx, alarm) {
        book(tx, alarm)
        mayFail(0.1)
      },
    }),
    job<Alarm>(ringOutside.name, {
      async perform(ctx, alarm) {
        mayFail(0.1)
        await ctx.write((tx) => {
          if (!tx.get(firings, [alarm.name])) book(tx, alarm)
        })
        mayFail(0.1)
      },
    }),
  ]
  const receivers = [
    implement(tell, {
      run(tx, word) {
        hear(tx, word, false)
        mayFail(0.2)
      },
      retry,
      onGiveUp: (tx, word) => hear(tx, word, false),
    }),
    implement(tellOutside, {
      async perform(ctx, word) {
        mayFail(0.1)
        await ctx.write((tx) => hear(tx, word, true))
        mayFail(0.1)
      },
      retry,
      onGiveUp: (tx, word) => hear(tx, word, true),
    }),
  ]
  return { jobs, receivers }
}

/** Whether each index tells what its table tells, within one transaction. */
export function indexesAgree(tx: ReadTx, of: Table<Item>): boolean {
  const rows = tx.scan(of, { limit: 1_000 }).rows
  return of.indexes.every(({ name, key }) => {
    const found = tx.scan(of, { index: name, limit: 1_000 }).rows
    const expected = rows.filter((row) => key(row))
    const ids = (list: readonly Item[]): string =>
      list
        .map(({ id }) => id)
        .toSorted()
        .join()
    return ids(found) === ids(expected)
  })
}
