import type { Fate } from "../fates.ts"

/** What a transaction did with one list: what it saw there, and what it put behind that. */
export interface Touch {
  readonly key: string
  /** Absent: it did not look. */
  readonly read?: readonly number[] | undefined
  /** No value is ever put twice. */
  readonly append?: readonly number[] | undefined
}

export interface Transaction {
  readonly name: string
  readonly touches: readonly Touch[]
  /** What is left of its appends; what it has read counts only where it is `done`. */
  readonly fate: Fate
  /** Steps between which it took place. */
  readonly sent: number
  readonly ended: number
}
