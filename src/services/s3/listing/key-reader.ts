import type { Table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { textBehind } from "./text.ts"

/** A row of a table whose key begins with a bucket's id and an object's key. */
interface Keyed {
  readonly key: string
}

const FIRST_BATCH = 4
const LARGEST_BATCH = 1_001

/** Where to begin: a key, alone or with what follows it in the table's key. */
type Start = readonly [key: string, ...rest: number[]]

/** What is read. */
export interface Reach {
  /** The bucket's own id. */
  readonly bucket: number
  readonly prefix: string
  readonly from: Start
  /** So many rows are wanted, if none is passed over. */
  readonly most?: number
  /** Keys are grouped by a delimiter: many may be passed over. */
  readonly grouped?: boolean
}

/**
 * Reads rows of one bucket in the order of their keys. Where keys are grouped, batches grow while
 * all of them are used: passing over a common prefix costs a look-up, however many keys it has.
 */
export class KeyReader<Row extends Keyed> {
  readonly #tx: ReadTx
  readonly #table: Table<Row>
  readonly #bucket: number
  readonly #end: string | undefined
  #rows: readonly Row[] = []
  #at = 0
  #batch: number
  /** More than this are not wanted, as far as is known. */
  #wanted: number
  #from: Start | undefined
  #after: string | undefined
  /** Rows that were read, of interest or not. */
  looked = 0

  constructor(tx: ReadTx, table: Table<Row>, { bucket, prefix, from, ...reach }: Reach) {
    this.#tx = tx
    this.#table = table
    this.#bucket = bucket
    this.#end = textBehind(prefix)
    this.#from = from
    this.#wanted = (reach.most ?? LARGEST_BATCH) + 1
    this.#batch = reach.grouped ? FIRST_BATCH : this.#wanted
  }

  /** The row at hand; undefined at the end. */
  get row(): Row | undefined {
    if (this.#at < this.#rows.length) return this.#rows[this.#at]
    if (this.#from === undefined) return undefined
    this.#fill()
    return this.#rows[0]
  }

  next(): void {
    this.#at += 1
    this.#wanted -= 1
  }

  /** Passes over all rows before a place. */
  skipTo(start: Start | undefined): void {
    this.#rows = []
    this.#at = 0
    this.#batch = FIRST_BATCH
    this.#wanted -= 1
    this.#from = start
    this.#after = undefined
  }

  #fill(): void {
    const most = this.#wanted > 0 ? this.#wanted : LARGEST_BATCH
    const limit = Math.min(LARGEST_BATCH, this.#batch, most)
    const page = this.#tx.scan(this.#table, {
      prefix: [this.#bucket],
      ...(this.#after === undefined && { from: this.#from as Start }),
      ...(this.#after !== undefined && { after: this.#after }),
      ...(this.#end !== undefined && { to: [this.#end] }),
      limit,
    })
    this.#rows = page.rows
    this.#at = 0
    this.#after = page.next
    if (page.next === undefined) this.#from = undefined
    this.#batch *= 4
    this.looked += page.rows.length
  }
}
