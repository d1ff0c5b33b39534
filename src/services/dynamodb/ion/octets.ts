import { IonError } from "./values.ts"

/** Nothing behind can be read: where it ends is not known. */
export class Malformed extends IonError {}

export const VERSION = [0xe0, 0x01, 0x00, 0xea]

/** Type codes, in the upper half of a value's first octet. */
export const TYPE = {
  ...{ null: 0, boolean: 1, positive: 2, negative: 3, float: 4, decimal: 5, timestamp: 6 },
  ...{ symbol: 7, string: 8, clob: 9, blob: 10, list: 11, sexp: 12, struct: 13, annotation: 14 },
} as const

/** What a value's first octets say. */
export interface Head {
  readonly type: number
  /** The lower half of the first octet: a length, or what needs none. */
  readonly low: number
  readonly isNull: boolean
  /** Octets of no meaning, in a value's place. */
  readonly isPad: boolean
  /** Where the value ends. */
  readonly end: number
}

/** Far more than any length or symbol, and whole as a double. */
const MOST = 2 ** 45

/** The octets of a stream and where its reader stands: fields, heads of values, what holds values. */
export class Octets {
  readonly #bytes: Uint8Array
  at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get size(): number {
    return this.#bytes.length
  }

  takeVersion(): boolean {
    if (this.#bytes[this.at] !== VERSION[0]) return false
    const is = VERSION.every((byte, i) => this.#bytes[this.at + i] === byte)
    if (!is) throw this.malformed()
    this.at += VERSION.length
    return true
  }

  /** A VarUInt: seven bits an octet, the last one marked. */
  unsigned(end: number): number {
    let value = 0
    for (;;) {
      const octet = this.#octet(end)
      value = value * 128 + (octet & 0x7f)
      if (value > MOST) throw this.malformed()
      if (octet >= 0x80) return value
    }
  }

  /** A VarInt: as a VarUInt, but the first octet begins with the sign. */
  signed(end: number): number {
    const first = this.#octet(end)
    const sign = first & 0x40 ? -1 : 1
    let value = first & 0x3f
    for (let octet = first; octet < 0x80;) {
      octet = this.#octet(end)
      value = value * 128 + (octet & 0x7f)
      if (value > MOST) throw this.malformed()
    }
    // Never minus zero.
    return value === 0 ? 0 : sign * value
  }

  /** The head of the value that begins here; the reader stands behind it. */
  head(end: number): Head {
    const octet = this.#octet(end)
    const [type, low] = [octet >> 4, octet & 0x0f]
    if (isIllegal(type, low)) throw this.malformed()
    const isNull = low === 15
    const length = isNull || type === TYPE.boolean ? 0 : this.#length(type, low, end)
    if (length > end - this.at) throw this.malformed()
    const isPad = type === TYPE.null && !isNull
    return { type, low, isNull, isPad, end: this.at + length }
  }

  #length(type: number, low: number, end: number): number {
    if (low === 14) return this.unsigned(end)
    // A struct whose fields are sorted; it has some.
    if (type !== TYPE.struct || low !== 1) return low
    const length = this.unsigned(end)
    if (length === 0) throw this.malformed()
    return length
  }

  /** What is left of a value; the reader stands behind it. */
  rest({ end }: Head): Uint8Array {
    const bytes = this.#bytes.subarray(this.at, end)
    this.at = end
    return bytes
  }

  /** All values of a list. */
  each({ end }: Head, take: (value: Head) => void): void {
    while (this.at < end) this.#take(this.head(end), take)
  }

  /** All values of a struct, with the symbols of their names. */
  eachField({ end }: Head, take: (name: number, value: Head) => void): void {
    while (this.at < end) {
      const name = this.unsigned(end)
      this.#take(this.head(end), (value) => take(name, value))
    }
  }

  #take(value: Head, take: (value: Head) => void): void {
    if (!value.isPad) take(value)
    this.at = value.end
  }

  /** The symbols of a wrapper and the head of the one value in it. */
  annotation({ end }: Head): { readonly names: readonly number[]; readonly value: Head } {
    const length = this.unsigned(end)
    const last = this.at + length
    const names: number[] = []
    if (length === 0 || last >= end) throw this.malformed()
    while (this.at < last) names.push(this.unsigned(last))
    const value = this.head(end)
    if (value.isPad || value.type === TYPE.annotation || value.end !== end) throw this.malformed()
    return { names, value }
  }

  malformed(): Malformed {
    return new Malformed(`The object is not valid binary Ion at byte ${this.at}`)
  }

  #octet(end: number): number {
    const octet = this.at < end ? this.#bytes[this.at] : undefined
    if (octet === undefined) throw this.malformed()
    this.at += 1
    return octet
  }
}

/** Docs: "Ion Binary Encoding", illegal type descriptors. */
function isIllegal(type: number, low: number): boolean {
  if (type === TYPE.boolean) return low > 1 && low < 15
  if (type === TYPE.negative) return low === 0
  if (type === TYPE.float) return low !== 0 && low !== 4 && low !== 8 && low !== 15
  if (type === TYPE.timestamp) return low < 2
  if (type === TYPE.annotation) return low < 3 || low === 15
  return type > TYPE.annotation
}
