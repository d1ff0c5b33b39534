import type { Table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { textBehind } from "./text.ts"

/** A row of a table whose key begins with a bucket's id and an object's key. */
interface Keyed {
  readonly key: string
}

const FIRST_BATCH = 4
const LARGEST_BATCH = 256

/** Where to begin: a key, alone or with what follows it in the table's key. */
type Start = readonly [key: string, ...rest: number[]]

/**
 * Reads rows of one bucket in the order of their keys, in batches that grow while all of them are
 * used: passing over a common prefix costs a look-up, however many keys it has.
 */
export class KeyReader<Row extends Keyed> {
  readonly #tx: ReadTx
  readonly #table: Table<Row>
  readonly #bucket: number
  readonly #end: string | undefined
  #rows: readonly Row[] = []
  #at = 0
  #batch = FIRST_BATCH
  #from: Start | undefined
  #after: string | undefined
  /** Rows that were read, of interest or not. */
  looked = 0

  constructor(
    tx: ReadTx,
    table: Table<Row>,
    { bucket, prefix, from }: { bucket: number; prefix: string; from: Start },
  ) {
    this.#tx = tx
    this.#table = table
    this.#bucket = bucket
    this.#end = textBehind(prefix)
    this.#from = from
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
  }

  /** Passes over all rows before a place. */
  skipTo(start: Start | undefined): void {
    this.#rows = []
    this.#at = 0
    this.#batch = FIRST_BATCH
    this.#from = start
    this.#after = undefined
  }

  #fill(): void {
    const page = this.#tx.scan(this.#table, {
      prefix: [this.#bucket],
      ...(this.#after === undefined && { from: this.#from as Start }),
      ...(this.#after !== undefined && { after: this.#after }),
      ...(this.#end !== undefined && { to: [this.#end] }),
      limit: this.#batch,
    })
    this.#rows = page.rows
    this.#at = 0
    this.#after = page.next
    if (page.next === undefined) this.#from = undefined
    this.#batch = Math.min(LARGEST_BATCH, this.#batch * 4)
    this.looked += page.rows.length
  }
}
