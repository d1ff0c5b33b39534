import { ProtocolError } from "./protocol-error.ts"

/** One request, at most: a batch of 25 items of 400 KB, and what goes around them. */
const MOST_BYTES = 16 * 1024 * 1024
/** DynamoDB nests 32 levels; expressions nest further. */
const MOST_DEPTH = 300

const BREAK = 0xff
const INDEFINITE = 31

/**
 * Cuts what arrives into CBOR items (RFC 8949), each whole. What was looked at is not looked at
 * again when more arrives.
 */
export class Frames {
  readonly #chunks: AsyncIterator<Uint8Array>
  #bytes: Buffer = Buffer.alloc(0)
  /** Where the item begins that is being looked at, and how far it was. */
  #start = 0
  #at = 0
  /** What is left of each item that is open: how many items, or Infinity until a break. */
  readonly #open: number[] = []

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** The next item; undefined when no more come. Rejects with ProtocolError. */
  async next(): Promise<Buffer | undefined> {
    while (!this.#scan()) if (!(await this.#more())) return undefined
    const item = this.#bytes.subarray(this.#start, this.#at)
    this.#start = this.#at
    return item
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next()
    if (next.done) return false
    const kept = this.#bytes.subarray(this.#start)
    if (kept.length + next.value.length > MOST_BYTES) throw new ProtocolError("too large")
    this.#at -= this.#start
    this.#start = 0
    this.#bytes = kept.length === 0 ? Buffer.from(next.value) : Buffer.concat([kept, next.value])
    return true
  }

  /** Goes on to the end of the item; false where more must come first. */
  #scan(): boolean {
    for (;;) {
      if (!this.#head()) return false
      if (this.#open.length === 0) return true
    }
  }

  /** Passes one head, with the text or bytes that belong to it. */
  #head(): boolean {
    const first = this.#bytes[this.#at]
    if (first === undefined) return false
    if (first === BREAK) {
      if (this.#open.pop() !== Infinity) throw new ProtocolError("a break outside of anything")
      this.#at += 1
      this.#close()
      return true
    }
    const [major, minor] = [first >> 5, first & 31]
    const size = minor < 24 || minor === INDEFINITE ? 0 : 1 << (minor - 24)
    if (minor > 27 && minor !== INDEFINITE) throw new ProtocolError("a bad head")
    if (this.#at + 1 + size > this.#bytes.length) return false
    const argument = minor === INDEFINITE ? Infinity : this.#argument(minor, size)
    return this.#pass(major, { argument, head: 1 + size })
  }

  #argument(minor: number, size: number): number {
    if (size === 0) return minor
    const at = this.#at + 1
    return size === 8 ? Number(this.#bytes.readBigUInt64BE(at)) : this.#bytes.readUIntBE(at, size)
  }

  #pass(major: number, { argument, head }: { argument: number; head: number }): boolean {
    const isText = major === 2 || major === 3
    if (isText && argument !== Infinity) {
      if (argument > MOST_BYTES) throw new ProtocolError("too large")
      if (this.#at + head + argument > this.#bytes.length) return false
      this.#at += head + argument
      this.#close()
      return true
    }
    this.#at += head
    const count = major === 5 ? argument * 2 : major === 6 ? 1 : argument
    const isContainer = isText || major === 4 || major === 5 || major === 6
    if (isContainer && count > 0) this.#open.push(count)
    else this.#close()
    if (this.#open.length > MOST_DEPTH) throw new ProtocolError("too deep")
    return true
  }

  /** An item has ended, and perhaps those around it. */
  #close(): void {
    for (;;) {
      const left = this.#open.pop()
      if (left === undefined) return
      if (left > 1) {
        this.#open.push(left - 1)
        return
      }
    }
  }
}
