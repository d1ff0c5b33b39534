import { selectError } from "../errors.ts"
import { BitReader } from "./bits.ts"
import { readHuffman, type HuffmanTable } from "./huffman.ts"

const BLOCK_MAGIC = 0x314159265359
const END_MAGIC = 0x177245385090
const BLOCK_BYTES = 100_000
/** More than the largest block takes when it does not compress. */
const WHOLE_BLOCK_BYTES = 1_200_000
const GROUP = 50
const SELECTORS = 32_768
const MOST_SYMBOLS = 258

/**
 * The bytes that bzip2 packed, block by block (the format as J. Seward's bzip2 writes it; several
 * streams may follow one another). Throws TruncatedInput and InvalidCompressionFormat.
 */
export async function* bunzip2(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new Decoder()
  for await (const piece of packed) {
    decoder.bits.push(piece)
    while (decoder.bits.available > WHOLE_BLOCK_BYTES) {
      const block = decoder.next()
      if (!block) return
      yield block
    }
  }
  for (let block = decoder.next(); block; block = decoder.next()) yield block
}

class Decoder {
  readonly bits = new BitReader()
  /** 0: between streams. */
  #level = 0
  #any = false

  /** The next block; undefined behind the last. */
  next(): Uint8Array | undefined {
    for (;;) {
      if (this.#level === 0 && !this.#begin()) return undefined
      const magic = this.bits.read(24) * 2 ** 24 + this.bits.read(24)
      if (magic === END_MAGIC) {
        this.bits.read(32)
        this.bits.align()
        this.#level = 0
      } else if (magic === BLOCK_MAGIC) return readBlock(this.bits, this.#level * BLOCK_BYTES)
      else throw selectError("TruncatedInput")
    }
  }

  #begin(): boolean {
    if (this.bits.available === 0 && this.#any) return false
    const isBzip2 = this.bits.available >= 4 && this.bits.read(24) === 0x425a68
    const level = isBzip2 ? this.bits.read(8) - 0x30 : 0
    if (level < 1 || level > 9) {
      // What follows a whole stream is no concern of ours.
      if (this.#any) return false
      throw selectError(
        "InvalidCompressionFormat",
        "BZIP2 is not applicable to the queried object. Please correct the request and try again.",
      )
    }
    this.#level = level
    this.#any = true
    return true
  }
}

function readBlock(bits: BitReader, most: number): Uint8Array {
  const wanted = bits.read(32)
  if (bits.read(1) === 1) throw selectError("TruncatedInput")
  const origin = bits.read(24)
  const symbols = readSymbols(bits)
  const { tables, selectors } = readTables(bits, symbols.length + 2)
  const last = readMoveToFront(bits, { symbols, tables, selectors, most })
  if (origin >= last.length) throw selectError("TruncatedInput")
  const plain = unrunLength(inverse(last, origin))
  if (checksum(plain) !== wanted >>> 0) throw selectError("TruncatedInput")
  return plain
}

/** The bytes that occur, from two levels of bit maps. */
function readSymbols(bits: BitReader): number[] {
  const rows = bits.read(16)
  const symbols: number[] = []
  for (let row = 0; row < 16; row++) {
    if (((rows >> (15 - row)) & 1) === 0) continue
    const columns = bits.read(16)
    for (let column = 0; column < 16; column++)
      if (((columns >> (15 - column)) & 1) === 1) symbols.push(row * 16 + column)
  }
  if (symbols.length === 0) throw selectError("TruncatedInput")
  return symbols
}

interface Tables {
  readonly tables: readonly HuffmanTable[]
  /** Which table each group of fifty is written with. */
  readonly selectors: Uint8Array
}

function readTables(bits: BitReader, alphabet: number): Tables {
  const count = bits.read(3)
  const groups = bits.read(15)
  if (count < 2 || count > 6 || groups === 0 || groups > SELECTORS)
    throw selectError("TruncatedInput")
  const order = Array.from({ length: count }, (_, index) => index)
  const selectors = new Uint8Array(groups)
  for (let group = 0; group < groups; group++) {
    let place = 0
    while (bits.read(1) === 1) if (++place >= count) throw selectError("TruncatedInput")
    const [table] = order.splice(place, 1) as [number]
    order.unshift(table)
    selectors[group] = table
  }
  const tables = Array.from({ length: count }, () => readHuffman(bits, alphabet))
  return { tables, selectors }
}

/** Undoes Huffman, runs of zeros and moving to the front: the last column of the sorted rows. */
function readMoveToFront(
  bits: BitReader,
  {
    symbols,
    tables,
    selectors,
    most,
  }: Tables & { readonly symbols: readonly number[]; readonly most: number },
): Uint8Array {
  const front = Uint8Array.from(symbols)
  const end = symbols.length + 1
  const out = new Uint8Array(most)
  let size = 0
  let run = 0
  let weight = 1
  for (let read = 0; ; read++) {
    const group = Math.floor(read / GROUP)
    const table = tables[selectors[group] as number]
    if (group >= selectors.length || !table) throw selectError("TruncatedInput")
    const symbol = table.decode(bits)
    if (symbol <= 1) {
      run += weight << symbol
      weight <<= 1
      if (run > most) throw selectError("TruncatedInput")
      continue
    }
    if (run > 0) {
      if (size + run > most) throw selectError("TruncatedInput")
      out.fill(front[0] as number, size, size + run)
      size += run
      run = 0
      weight = 1
    }
    if (symbol === end) return out.subarray(0, size)
    const place = symbol - 1
    const byte = front[place] as number
    front.copyWithin(1, 0, place)
    front[0] = byte
    if (size >= most || symbol >= MOST_SYMBOLS) throw selectError("TruncatedInput")
    out[size++] = byte
  }
}

/** Undoes Burrows and Wheeler's transform. */
function inverse(last: Uint8Array, origin: number): Uint8Array {
  const starts = new Uint32Array(257)
  for (const byte of last) starts[byte + 1] = (starts[byte + 1] as number) + 1
  for (let byte = 0; byte < 256; byte++)
    starts[byte + 1] = (starts[byte + 1] as number) + (starts[byte] as number)
  const links = new Uint32Array(last.length)
  for (let at = 0; at < last.length; at++) {
    const byte = last[at] as number
    links[(starts[byte] as number)++] = at
  }
  const out = new Uint8Array(last.length)
  let at = links[origin] as number
  for (let index = 0; index < out.length; index++) {
    out[index] = last[at] as number
    at = links[at] as number
  }
  return out
}

/** Four equal bytes are followed by a count of more. */
function unrunLength(bytes: Uint8Array): Uint8Array {
  let size = bytes.length
  let same = 0
  for (let at = 0; at < bytes.length; at++) {
    same = at > 0 && bytes[at] === bytes[at - 1] ? same + 1 : 1
    if (same < 4) continue
    size += (bytes[++at] ?? 0) - 1
    same = 0
  }
  const out = new Uint8Array(Math.max(0, size))
  let to = 0
  same = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    same = same > 0 && byte === bytes[at - 1] ? same + 1 : 1
    out[to++] = byte
    if (same < 4) continue
    const more = bytes[++at] ?? 0
    out.fill(byte, to, to + more)
    to += more
    same = 0
  }
  return out
}

/** CRC-32 with the highest bit first. */
function checksum(bytes: Uint8Array): number {
  const table = new Uint32Array(256)
  for (let index = 0; index < 256; index++) {
    let value = index << 24
    for (let bit = 0; bit < 8; bit++)
      value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1
    table[index] = value
  }
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crc << 8) ^ (table[((crc >>> 24) ^ byte) & 0xff] as number)
  return ~crc >>> 0
}
