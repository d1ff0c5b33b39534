import { selectError } from "../errors.ts"
import type { BitReader } from "./bits.ts"

const LONGEST = 20

/** A canonical Huffman code. */
export class HuffmanTable {
  /** By length: the first code, and where its symbol stands. */
  readonly #first = new Int32Array(LONGEST + 2)
  readonly #offset = new Int32Array(LONGEST + 2)
  readonly #counts = new Int32Array(LONGEST + 2)
  readonly #symbols: Uint16Array

  constructor(lengths: readonly number[]) {
    this.#symbols = new Uint16Array(lengths.length)
    for (const length of lengths) this.#counts[length] = (this.#counts[length] as number) + 1
    let code = 0
    let offset = 0
    for (let length = 1; length <= LONGEST; length++) {
      code <<= 1
      this.#first[length] = code
      this.#offset[length] = offset
      code += this.#counts[length] as number
      offset += this.#counts[length] as number
    }
    let next = 0
    for (let length = 1; length <= LONGEST; length++)
      for (const [symbol, own] of lengths.entries())
        if (own === length) this.#symbols[next++] = symbol
  }

  decode(bits: BitReader): number {
    let code = 0
    for (let length = 1; length <= LONGEST; length++) {
      code = (code << 1) | bits.read(1)
      const place = code - (this.#first[length] as number)
      if (place < (this.#counts[length] as number))
        return this.#symbols[(this.#offset[length] as number) + place] as number
    }
    throw selectError("TruncatedInput")
  }
}

/** The lengths of codes, each told by how it differs from the one before. */
export function readHuffman(bits: BitReader, alphabet: number): HuffmanTable {
  const lengths: number[] = []
  let length = bits.read(5)
  for (let symbol = 0; symbol < alphabet; symbol++) {
    while (bits.read(1) === 1) length += bits.read(1) === 1 ? -1 : 1
    if (length < 1 || length > LONGEST) throw selectError("TruncatedInput")
    lengths.push(length)
  }
  return new HuffmanTable(lengths)
}
