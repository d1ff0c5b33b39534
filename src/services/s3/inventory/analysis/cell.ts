import type { Version } from "../../objects/version.ts"

const DAY_MS = 86_400_000

/** "Predefined object age groups": by days since the upload; named as people show the files. */
export const AGE_GROUPS = Object.freeze([
  ...([
    [0, "000-014"],
    [15, "015-029"],
    [30, "030-044"],
    [45, "045-059"],
  ] as const),
  ...([
    [60, "060-074"],
    [75, "075-089"],
    [90, "090-119"],
    [120, "120-149"],
  ] as const),
  ...([
    [150, "150-179"],
    [180, "180-364"],
    [365, "365-729"],
    [730, "730+"],
  ] as const),
])

/** Behind the groups: what is smaller than 128 KB counts among ALL alone. */
const SMALL = AGE_GROUPS.length
const LEAST_BYTES = 128 * 1024

/** What was seen of a storage class in an age group on one day; bytes. */
export interface Cell {
  readonly objects: number
  readonly stored: number
  readonly uploaded: number
  readonly retrieved: number
  readonly gets: number
}

export const NOTHING: Cell = Object.freeze({
  ...{ objects: 0, stored: 0, uploaded: 0, retrieved: 0, gets: 0 },
})

/** Storage classes, each with its cells by group. */
export type Cells = Readonly<Record<string, Readonly<Record<number, Cell>>>>

/** In which group a version is at a time. */
function groupOf({ modifiedMs, sizeBytes }: Version, atMs: number): number {
  if (sizeBytes < LEAST_BYTES) return SMALL
  const days = Math.floor((atMs - modifiedMs) / DAY_MS)
  return Math.max(
    AGE_GROUPS.findLastIndex(([from]) => days >= from),
    0,
  )
}

interface Seen {
  readonly version: Version
  readonly atMs: number
  readonly more: Partial<Cell>
}

/** Adds what was seen of one version. */
export function add(cells: Cells, { version, atMs, more }: Seen): Cells {
  const { storageClass = "STANDARD" } = version
  const group = groupOf(version, atMs)
  const ofClass = cells[storageClass] ?? {}
  return {
    ...cells,
    [storageClass]: { ...ofClass, [group]: plus(ofClass[group] ?? NOTHING, more) },
  }
}

const plus = (one: Cell, other: Partial<Cell>): Cell => ({
  objects: one.objects + (other.objects ?? 0),
  stored: one.stored + (other.stored ?? 0),
  uploaded: one.uploaded + (other.uploaded ?? 0),
  retrieved: one.retrieved + (other.retrieved ?? 0),
  gets: one.gets + (other.gets ?? 0),
})

/** All of a class, small objects among it. */
export const sumOfAll = (cells: Cells, storageClass: string): Cell =>
  Object.values(cells[storageClass] ?? {}).reduce((sum: Cell, cell) => plus(sum, cell), NOTHING)
