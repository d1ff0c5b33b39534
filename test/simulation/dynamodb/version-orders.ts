import type { Transaction } from "./history.ts"

/** One value of a list, and who put it there. */
export interface Version {
  readonly value: number
  readonly writer: Transaction
}

/** What can be known of lists from what was read of them. */
export interface Orders {
  /** Of each list, its values in the order in which they were put. */
  readonly versions: ReadonlyMap<string, readonly Version[]>
  /** Transactions that took place: they were acknowledged, or others saw what they did. */
  readonly committed: ReadonlySet<Transaction>
  /** What contradicts itself before one looks at any order of transactions. */
  readonly wrong: readonly string[]
}

interface Read {
  readonly key: string
  readonly values: readonly number[]
  readonly by: Transaction
}

/**
 * The longest list that was read tells the order of its appends, and each other read is a beginning
 * of it. Names of what is wrong are Adya's ("Weak Consistency", 1999).
 */
export function ordersOf(history: readonly Transaction[]): Orders {
  const writers = writersOf(history)
  const reads = readsOf(history)
  const wrong: string[] = []
  const versions = new Map<string, readonly Version[]>()
  const committed = new Set(history.filter(({ fate }) => fate === "done"))
  for (const [key, all] of Map.groupBy(reads, (read) => read.key)) {
    const longest = all.reduce((a, b) => (b.values.length > a.values.length ? b : a))
    if (new Set(longest.values).size < longest.values.length)
      wrong.push(`${longest.by.name} read a value twice in ${key}: ${longest.values.join()}`)
    for (const read of all) {
      if (read.values.some((value, at) => value !== longest.values[at]))
        wrong.push(
          `incompatible orders of ${key}: ${read.by.name} read ${read.values.join()}, ` +
            `${longest.by.name} read ${longest.values.join()}`,
        )
      wrong.push(...wrongOf(read, writers))
    }
    const known = longest.values.flatMap((value): Version[] => {
      const writer = writers.get(key)?.get(value)
      return writer ? [{ value, writer }] : []
    })
    for (const { writer } of known) committed.add(writer)
    versions.set(key, known)
  }
  return { versions, committed, wrong }
}

type Writers = ReadonlyMap<string, ReadonlyMap<number, Transaction>>

function writersOf(history: readonly Transaction[]): Writers {
  const writers = new Map<string, Map<number, Transaction>>()
  for (const transaction of history)
    for (const { key, append = [] } of transaction.touches)
      for (const value of append) {
        const ofKey = writers.get(key) ?? new Map<number, Transaction>()
        if (ofKey.has(value)) throw new Error(`${value} is put into ${key} twice`)
        writers.set(key, ofKey.set(value, transaction))
      }
  return writers
}

const readsOf = (history: readonly Transaction[]): readonly Read[] =>
  history
    .filter(({ fate }) => fate === "done")
    .flatMap((by) =>
      by.touches.flatMap(({ key, read }): Read[] => (read ? [{ key, values: read, by }] : [])),
    )

/** What a read must never see, whatever others saw. */
function wrongOf({ key, values, by }: Read, writers: Writers): readonly string[] {
  const wrong: string[] = []
  const who = `${by.name} read ${values.join()} of ${key}`
  for (const [at, value] of values.entries()) {
    const writer = writers.get(key)?.get(value)
    if (!writer) {
      wrong.push(`garbage: ${who}, and nobody put ${value} there`)
      continue
    }
    if (writer.fate === "undone") wrong.push(`G1a, aborted read: ${who}, of ${writer.name}`)
    const put = writer.touches.find((touch) => touch.key === key)?.append ?? []
    const place = put.indexOf(value)
    const [before, next] = [put[place - 1], put[place + 1]]
    const torn = next !== undefined && values[at + 1] !== next
    if (torn || (before !== undefined && values[at - 1] !== before))
      wrong.push(`G1b, intermediate read: ${who}, ${put.join()} were put by ${writer.name}`)
  }
  return wrong
}
