import type { Key, Value } from "../../../src/kernel/engine.ts"
import { clockRows, type ClockState } from "../../../src/kernel/cloud-clock.ts"
import { decodeKey, encodeKey } from "../../../src/kernel/key.ts"
import { deliveries, timers } from "../../../src/kernel/later/later-rows.ts"
import { splitRow, type Table } from "../../../src/kernel/table.ts"
import type { Commit } from "../../../src/kernel/store/drain.ts"
import type { World } from "../../../src/kernel/world.ts"
import { Violation } from "../moments.ts"
import type { Simulation, System } from "../simulation.ts"

interface CommitRow {
  readonly number: number
  readonly at: number
  readonly serial: number
}

const NONE: CommitRow = Object.freeze({ number: 0, at: 0, serial: 0 })

/** Tables with a serial in their keys, and where it stands there. */
export interface SerialColumn {
  readonly table: Table<never>
  readonly column: number
}

const KERNEL: readonly SerialColumn[] = [
  { table: timers as Table<never>, column: 1 },
  { table: deliveries as Table<never>, column: 0 },
]

export interface CommitWatch {
  /** Watches a world's commits from its start on. */
  follow(world: World): void
}

/**
 * Over all lives of a machine: commits are numbered without gaps, their time never goes back, and
 * no serial is given out twice. Only a power cut takes commits back.
 */
export function watchCommits<S extends System>(
  sim: Simulation<S>,
  columns: readonly SerialColumn[] = [],
): CommitWatch {
  const watched = [...KERNEL, ...columns].map(({ table, column }) => ({
    prefix: table.prefix,
    name: table.name,
    column,
    known: new Set<number>(),
  }))
  let last = NONE
  /** The clock as the last commits left it: a change acts when it has been answered. */
  let written: ClockState | undefined
  let acting: ClockState | undefined
  let cutsSeen = 0

  const wrong = (text: string): void => sim.fail(new Violation(text))

  function follows(row: CommitRow): void {
    if (row.at < last.at) wrong(`time went back from ${last.at} to ${row.at}`)
    if (row.serial < last.serial) wrong(`serials went back to ${row.serial}`)
  }

  function checkClock(now: ClockState): void {
    const text = (clock: ClockState | undefined): string =>
      clock?.mode === "running" ? `running by ${clock.offsetMs} ms` : `frozen at ${clock?.at}`
    if (acting && text(now) !== text(acting) && text(now) !== text(written))
      wrong(`the clock was ${text(acting)} and is ${text(now)}`)
  }

  function onCommit(commit: Commit, world: World): void {
    const row = commitRowOf(commit.changes)
    if (!row) return wrong(`commit ${commit.number} says nothing of itself`)
    if (row.number !== last.number + 1) wrong(`commit ${row.number} came after ${last.number}`)
    follows(row)
    checkSerials(commit)
    last = row
    written = clockRowOf(commit.changes) ?? written
    acting = world.clock.state
    sim.note(`commit ${row.number} of ${commit.changes.size} keys at ${row.at}`)
  }

  /** A dying process may have committed what it told nobody. */
  function follow(world: World): void {
    const row = commitRowOf(sim.disk.dump()) ?? NONE
    for (const [key, value] of sim.disk.dump()) seeSerial(key, value, () => true)
    if (sim.cuts.length === cutsSeen) {
      if (row.number < last.number) wrong(`commit ${last.number} is gone`)
      follows(row)
      if (row.number === last.number) checkClock(world.clock.state)
    }
    cutsSeen = sim.cuts.length
    last = row
    acting = world.clock.state
    written = undefined
    world.onCommit((commit) => onCommit(commit, world))
  }

  function checkSerials({ changes }: Commit): void {
    for (const [key, value] of changes) seeSerial(key, value, (serial) => serial > last.serial)
  }

  function seeSerial(key: Key, value: Value | undefined, mayBeNew: (serial: number) => boolean) {
    if (value === undefined) return
    for (const { prefix, name, column, known } of watched) {
      if (!key.startsWith(prefix)) continue
      const serial = decodeKey(key)[column + 1] as number
      if (!known.has(serial) && !mayBeNew(serial))
        wrong(`${name}: serial ${serial} was given out before (last ${last.serial})`)
      known.add(serial)
    }
  }

  return { follow }
}

type Entries = Iterable<readonly [Key, Value | undefined]>

const commitRowOf = (entries: Entries): CommitRow | undefined =>
  rowOf(entries, "kernel/commit") as CommitRow | undefined

const clockRowOf = (entries: Entries): ClockState | undefined =>
  rowOf(entries, clockRows.name) as ClockState | undefined

/** The only row of a table. */
function rowOf(entries: Entries, name: string): object | undefined {
  const prefix = encodeKey([name])
  for (const [key, value] of entries)
    if (key.startsWith(prefix) && value !== undefined) return splitRow(value).row
  return undefined
}
