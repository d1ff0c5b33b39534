import { HEADER, type HeaderNames } from "./header-names.ts"
import type { TransportLimits } from "./options.ts"

const CR = 0x0d
const LF = 0x0a

const SIZE = 0
const EXTENSION = 1
const SIZE_LF = 2
const DATA = 3
const DATA_CR = 4
const DATA_LF = 5
const TRAILER = 6
const TRAILER_LF = 7
const DONE = 8

/** 2^52 and beyond would not count exactly. */
const MAX_SIZE_DIGITS = 13

/** Takes the data of chunks as they come: `bytes` from `from` to `to`. Returns 0 or a status. */
export interface ChunkSink {
  chunkData(bytes: Buffer, from: number, to: number): number
}

/**
 * Decodes one chunked body (RFC 9112 section 7.1). Line ends are CR LF and nothing else;
 * extensions are skipped, trailers are checked and dropped, both within limits.
 */
export class ChunkedReader {
  #state = SIZE
  #size = 0
  #digits = 0
  #extensionBytes = 0
  #trailerBytes = 0
  #line = ""
  readonly #names: HeaderNames
  readonly #limits: TransportLimits

  constructor(names: HeaderNames, limits: TransportLimits) {
    this.#names = names
    this.#limits = limits
  }

  get done(): boolean {
    return this.#state === DONE
  }

  /**
   * Consumes `bytes` from `at`. Returns the position after what was consumed (short of the end
   * only when the body is done), or minus an HTTP status.
   */
  read(bytes: Buffer, start: number, sink: ChunkSink): number {
    let at = start
    while (at < bytes.length && this.#state !== DONE) {
      if (this.#state === DATA) {
        const to = Math.min(bytes.length, at + this.#size)
        const refusal = sink.chunkData(bytes, at, to)
        if (refusal !== 0) return -refusal
        this.#size -= to - at
        at = to
        if (this.#size === 0) this.#state = DATA_CR
        continue
      }
      const refusal = this.#step(bytes[at] as number)
      if (refusal !== 0) return -refusal
      at++
    }
    return at
  }

  #step(byte: number): number {
    switch (this.#state) {
      case SIZE:
        return this.#sizeByte(byte)
      case EXTENSION:
        if (byte === CR) this.#state = SIZE_LF
        else if (byte < 0x20 ? byte !== 0x09 : byte === 0x7f) return 400
        else if (++this.#extensionBytes > this.#limits.chunkExtensionBytes) return 413
        return 0
      case SIZE_LF:
        this.#digits = 0
        this.#state = this.#size === 0 ? TRAILER : DATA
        return byte === LF ? 0 : 400
      case DATA_CR:
        this.#state = DATA_LF
        return byte === CR ? 0 : 400
      case DATA_LF:
        this.#state = SIZE
        return byte === LF ? 0 : 400
      default:
        return this.#trailerByte(byte)
    }
  }

  #sizeByte(byte: number): number {
    const digit = hexDigit(byte)
    if (digit >= 0) {
      if (++this.#digits > MAX_SIZE_DIGITS) return 400
      this.#size = this.#size * 16 + digit
      return 0
    }
    if (this.#digits === 0) return 400
    if (byte === CR) this.#state = SIZE_LF
    else if (byte === 0x3b) this.#state = EXTENSION
    else return 400
    return 0
  }

  #trailerByte(byte: number): number {
    if (++this.#trailerBytes > this.#limits.headerBytes) return 431
    if (this.#state === TRAILER_LF) {
      if (byte !== LF) return 400
      this.#state = this.#line === "" ? DONE : TRAILER
      if (this.#line !== "" && !this.#isField(this.#line)) return 400
      this.#line = ""
      return 0
    }
    if (byte === CR) this.#state = TRAILER_LF
    else if (byte < 0x20 ? byte !== 0x09 : byte === 0x7f) return 400
    else this.#line += String.fromCharCode(byte)
    return 0
  }

  /** RFC 9110 section 6.5.1: what frames a message has no place after it. */
  #isField(line: string): boolean {
    const header = this.#names.lookup(line.slice(0, Math.max(0, line.indexOf(":"))))
    return (
      header !== undefined &&
      header.kind !== HEADER.contentLength &&
      header.kind !== HEADER.transferEncoding
    )
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
