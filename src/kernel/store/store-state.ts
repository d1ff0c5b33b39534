import type { UnlinkedBlobs } from "../blobs/blob-links.ts"
import type { ChangeCount } from "../derived.ts"
import type { Value } from "../engine.ts"
import type { Envelopes } from "../sealing/envelopes.ts"
import type { Patterns } from "../patterns.ts"
import type { Lag, Redelivery } from "../faults.ts"
import type { Place } from "../places.ts"
import type { RandomSource } from "../random.ts"
import type { Sealing } from "../sealing/sealing.ts"
import type { HashedKey, KeyMap } from "./key-map.ts"
import type { KeyParts } from "../table.ts"

/** What all transactions of one store share. */
export interface StoreState {
  readonly random: RandomSource
  readonly sealing: Sealing
  readonly envelopes: Envelopes
  readonly patterns: Patterns
  /** Decoded rows of cached tables, as committed. */
  readonly rows: KeyMap<object>
  /** Keys of cached tables that this drain wrote to, undone or not. */
  readonly written: HashedKey[]
  /** How often cached tables were written, by name. */
  readonly changes: Map<string, ChangeCount>
  /** Of each cached table the row that was read last, while nobody writes to the table. */
  readonly lastRead: Map<object, LastRead>
  /** Of each rewritten table the key that was made last: the next is mostly the same. */
  readonly lastKeys: Map<object, LastKey>
  /** Rows that were decoded or written lately, beside the value that they stand for. */
  readonly recent: KeyMap<{ readonly value: Value; readonly row: object }>
  faults: readonly Place[]
  lags: readonly Lag[]
  redeliveries: readonly Redelivery[]
  slowDowns: readonly string[]
  /** The last serial given out. */
  serial: number
  readonly unlinked: UnlinkedBlobs
  /** Set when a timer or a delivery was written: there may be something due. */
  laterTouched: boolean
  /**
   * No timer stands before this time. A leap removes timers from the front by the thousand, and who
   * looks for the first would step over what is left of each until the next checkpoint.
   */
  timersFrom: number
}

interface LastKey {
  readonly parts: KeyParts
  readonly at: HashedKey
}

interface LastRead {
  readonly key: KeyParts
  readonly row: object
  readonly changes: number
}
