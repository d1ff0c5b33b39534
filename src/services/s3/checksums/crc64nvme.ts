/**
 * CRC-64/NVME, reflected: eight bytes a step by eight tables, each of 256 pairs of the low and the
 * high half, for 64 bits are more than a number of JavaScript can shift.
 */
const TABLES = makeTables(0xac4bc9b5, 0x9a6c9329)

function makeTables(polynomialLow: number, polynomialHigh: number) {
  const lows = new Int32Array(8 * 256)
  const highs = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte += 1) {
    let low = byte
    let high = 0
    for (let bit = 0; bit < 8; bit += 1) {
      const odd = low & 1
      low = (low >>> 1) | (high << 31)
      high >>>= 1
      if (!odd) continue
      low ^= polynomialLow
      high ^= polynomialHigh
    }
    lows[byte] = low
    highs[byte] = high
  }
  for (let at = 256; at < lows.length; at += 1) {
    const low = lows[at - 256]!
    const high = highs[at - 256]!
    lows[at] = ((low >>> 8) | (high << 24)) ^ lows[low & 255]!
    highs[at] = (high >>> 8) ^ highs[low & 255]!
  }
  return { lows, highs }
}

/** A running checksum: `update` as often as there are bytes, then `digest`. */
export class Crc64Nvme {
  #low = -1
  #high = -1

  update(bytes: Uint8Array): this {
    const { lows: l, highs: h } = TABLES
    let low = this.#low
    let high = this.#high
    let at = 0
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    for (const end = bytes.length - 7; at < end; at += 8) {
      const x = low ^ words.getInt32(at, true)
      const y = high ^ words.getInt32(at + 4, true)
      const [i0, i1] = [1792 + (x & 255), 1536 + ((x >>> 8) & 255)]
      const [i2, i3] = [1280 + ((x >>> 16) & 255), 1024 + (x >>> 24)]
      const [i4, i5] = [768 + (y & 255), 512 + ((y >>> 8) & 255)]
      const [i6, i7] = [256 + ((y >>> 16) & 255), y >>> 24]
      low = l[i0]! ^ l[i1]! ^ l[i2]! ^ l[i3]! ^ l[i4]! ^ l[i5]! ^ l[i6]! ^ l[i7]!
      high = h[i0]! ^ h[i1]! ^ h[i2]! ^ h[i3]! ^ h[i4]! ^ h[i5]! ^ h[i6]! ^ h[i7]!
    }
    for (; at < bytes.length; at += 1) {
      const index = (low ^ bytes[at]!) & 255
      low = ((low >>> 8) | (high << 24)) ^ l[index]!
      high = (high >>> 8) ^ h[index]!
    }
    this.#low = low
    this.#high = high
    return this
  }

  /** Eight bytes, the most significant first. */
  digest(): Buffer {
    const bytes = Buffer.allocUnsafe(8)
    bytes.writeInt32BE(~this.#high, 0)
    bytes.writeInt32BE(~this.#low, 4)
    return bytes
  }
}
