import { ProtocolError } from "./protocol-error.ts"

/** A map as it came: its keys may be numbers. */
export type Pairs = readonly (readonly [Value, Value])[]

/** A CBOR item. Integers that no number holds exactly are bigints. */
export type Value =
  | number
  | bigint
  | string
  | boolean
  | null
  | Buffer
  | readonly Value[]
  | { readonly pairs: Pairs }
  | { readonly tag: number; readonly value: Value }

const INDEFINITE = 31
const BREAK = 0xff

/** One item that fills `bytes`; `Frames` has seen that it is whole. Throws ProtocolError. */
export function decode(bytes: Buffer): Value {
  const input = new Input(bytes)
  const value = input.value()
  if (input.rest().length > 0) throw new ProtocolError("bytes after the end")
  return value
}

/** CBOR that is read item by item. */
export class Input {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length
  }

  /** All that was not read. */
  rest(): Buffer {
    return this.#bytes.subarray(this.#at)
  }

  value(): Value {
    const first = this.#bytes[this.#at++]
    if (first === undefined) throw new ProtocolError("an item is missing")
    const [major, minor] = [first >> 5, first & 31]
    if (major === 7) return this.#simple(minor)
    const argument = minor === INDEFINITE ? undefined : this.#argument(minor)
    switch (major) {
      case 0:
        return narrow(argument)
      case 1:
        return narrow(argument === undefined ? undefined : -1n - argument)
      case 2:
        return argument === undefined ? Buffer.concat(this.#parts()) : this.#take(argument)
      case 3:
        return argument === undefined
          ? Buffer.concat(this.#parts()).toString()
          : this.#take(argument).toString()
      case 4:
        return this.#items(argument, () => this.value())
      case 5:
        return { pairs: this.#items(argument, () => [this.value(), this.value()] as const) }
      default:
        return { tag: Number(argument), value: this.value() }
    }
  }

  #argument(minor: number): bigint {
    if (minor < 24) return BigInt(minor)
    const bytes = this.#take(1n << BigInt(minor - 24))
    return bytes.length === 8 ? bytes.readBigUInt64BE() : BigInt(bytes.readUIntBE(0, bytes.length))
  }

  #take(length: bigint): Buffer {
    const end = this.#at + Number(length)
    if (end > this.#bytes.length) throw new ProtocolError("bytes are missing")
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  #items<Item>(count: bigint | undefined, read: () => Item): Item[] {
    const items: Item[] = []
    while (count === undefined ? !this.#break() : items.length < count) items.push(read())
    return items
  }

  #parts(): Buffer[] {
    return this.#items(undefined, () => {
      const part = this.value()
      return typeof part === "string" ? Buffer.from(part) : bytesOf(part)
    })
  }

  #break(): boolean {
    if (this.#bytes[this.#at] !== BREAK) return false
    this.#at += 1
    return true
  }

  #simple(minor: number): Value {
    switch (minor) {
      case 20:
      case 21:
        return minor === 21
      case 22:
      case 23:
        return null
      case 26:
        return this.#take(4n).readFloatBE()
      case 27:
        return this.#take(8n).readDoubleBE()
      default:
        throw new ProtocolError(`an unknown simple value ${minor}`)
    }
  }
}

function narrow(value: bigint | undefined): number | bigint {
  if (value === undefined) throw new ProtocolError("an integer without an end")
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** Each throws ProtocolError for another kind of item. */
export function bytesOf(value: Value | undefined): Buffer {
  if (Buffer.isBuffer(value)) return value
  throw new ProtocolError("bytes are wanted")
}

/** Names come as text or as bytes. */
export function textOf(value: Value | undefined): string {
  if (typeof value === "string") return value
  return bytesOf(value).toString()
}

export function integerOf(value: Value | undefined): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value
  throw new ProtocolError("an integer is wanted")
}

export function listOf(value: Value | undefined): readonly Value[] {
  if (Array.isArray(value)) return value as readonly Value[]
  throw new ProtocolError("a list is wanted")
}

export function pairsOf(value: Value | undefined): Pairs {
  if (typeof value === "object" && value !== null && "pairs" in value) return value.pairs
  throw new ProtocolError("a map is wanted")
}
