import { isUtf8 } from "node:buffer"
import type { Entry } from "../import/objects.ts"
import type { GivenItem, GivenValue } from "../values/validation.ts"
import { Malformed, Octets, TYPE, VERSION, type Head } from "./octets.ts"
import { Symbols } from "./symbols.ts"
import { annotated, IonError, itemOf, MOST_LEVELS } from "./values.ts"

/** Binary Ion begins with its version, which is no text in UTF-8. */
export const isBinaryIon = (bytes: Uint8Array): boolean =>
  VERSION.every((byte, at) => bytes[at] === byte)

/**
 * Items of binary Amazon Ion 1.0 (docs: "Ion Binary Encoding"), each a struct with `Item`. What
 * DynamoDB has no type for is an error of its item; behind what is no Ion the rest is passed over.
 */
export function* binaryIonItems(bytes: Uint8Array): Generator<Entry> {
  const reader = new BinaryReader(bytes)
  for (;;) {
    let entry: Entry | undefined
    try {
      entry = reader.next()
    } catch (error) {
      if (!(error instanceof IonError)) throw error
      yield { error: error.message }
      return
    }
    if (!entry) return
    yield entry
  }
}

/** Longer than any number of DynamoDB, which has up to 126 digits before its point. */
const NUMBER_BYTES = 64

class BinaryReader {
  readonly #octets: Octets
  #symbols = new Symbols()

  constructor(bytes: Uint8Array) {
    this.#octets = new Octets(bytes)
  }

  /** Undefined at the end. Throws Malformed where nothing behind can be read. */
  next(): Entry | undefined {
    const octets = this.#octets
    while (octets.at < octets.size) {
      if (octets.takeVersion()) {
        this.#symbols = new Symbols()
        continue
      }
      const head = octets.head(octets.size)
      if (!this.#symbols.takeTable(octets, head) && !head.isPad) return this.#entry(head)
      octets.at = head.end
    }
    return undefined
  }

  #entry(head: Head): Entry {
    try {
      return itemOf(this.#value(head, 0))
    } catch (error) {
      if (!(error instanceof IonError) || error instanceof Malformed) throw error
      return { error: error.message }
    } finally {
      // Its length says where the next one begins.
      this.#octets.at = head.end
    }
  }

  #value(head: Head, level: number): GivenValue {
    if (level > MOST_LEVELS) throw new IonError("The value is nested too deeply")
    if (head.isNull) return { NULL: true }
    const octets = this.#octets
    switch (head.type) {
      case TYPE.boolean:
        return { BOOL: head.low === 1 }
      case TYPE.positive:
      case TYPE.negative:
        return { N: (head.type === TYPE.negative ? "-" : "") + integer(octets.rest(head)) }
      case TYPE.float:
        return { N: float(octets.rest(head)) }
      case TYPE.decimal:
        return { N: this.#decimal(head) }
      case TYPE.string:
        return { S: text(octets.rest(head)) }
      case TYPE.blob:
        return { B: Buffer.from(octets.rest(head)) }
      case TYPE.list:
        return { L: this.#list(head, level) }
      case TYPE.struct:
        return { M: this.#struct(head, level) }
      case TYPE.annotation:
        return this.#annotated(head, level)
      default:
        throw new IonError("The value has a type that DynamoDB has not")
    }
  }

  /** Sign and magnitude, as many places left or right as the exponent says. */
  #decimal(head: Head): string {
    if (head.end === this.#octets.at) return "0"
    const exponent = this.#octets.signed(head.end)
    const bytes = Buffer.from(this.#octets.rest(head))
    const negative = (bytes[0] ?? 0) >= 0x80
    if (negative) bytes[0] = (bytes[0] ?? 0) & 0x7f
    return `${negative ? "-" : ""}${integer(bytes)}${exponent === 0 ? "" : `e${exponent}`}`
  }

  #list(head: Head, level: number): GivenValue[] {
    const members: GivenValue[] = []
    this.#octets.each(head, (one) => members.push(this.#value(one, level + 1)))
    return members
  }

  #struct(head: Head, level: number): GivenItem {
    const members: [string, GivenValue][] = []
    this.#octets.eachField(head, (name, one) => {
      members.push([this.#symbols.text(name), this.#value(one, level + 1)])
    })
    return Object.fromEntries(members)
  }

  #annotated(head: Head, level: number): GivenValue {
    const { names, value } = this.#octets.annotation(head)
    const texts = names.map((name) => this.#symbols.text(name))
    return texts.reduceRight((given, name) => annotated(name, given), this.#value(value, level + 1))
  }
}

function integer(magnitude: Uint8Array): string {
  if (magnitude.length > NUMBER_BYTES) throw new IonError("The number is too large")
  return BigInt(`0x0${Buffer.from(magnitude).toString("hex")}`).toString()
}

function float(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length === 0) return "0"
  const value = bytes.length === 4 ? view.getFloat32(0) : view.getFloat64(0)
  if (!Number.isFinite(value)) throw new IonError("The number is not finite")
  return String(value)
}

function text(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new IonError("The text is not UTF-8")
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")
}
