const FIRST_BYTES = 512

/** CBOR being written: a buffer that grows, and the items that our protocols use. */
export class CborOutput {
  private bytes: Buffer = Buffer.allocUnsafe(FIRST_BYTES)
  private at = 0

  /** What was written. The output must not be used afterwards. */
  finish(): Uint8Array {
    return this.bytes.subarray(0, this.at)
  }

  /** Item heads and values that are one byte. */
  startMap(): void {
    this.byte(0xbf)
  }

  endMap(): void {
    this.byte(0xff)
  }

  list(length: number): void {
    this.head(4, length)
  }

  null(): void {
    this.byte(0xf6)
  }

  boolean(value: boolean): void {
    this.byte(value ? 0xf5 : 0xf4)
  }

  integer(value: number): void {
    if (value >= 0) this.head(0, value)
    else this.head(1, -1 - value)
  }

  float(value: number): void {
    this.reserve(5)
    this.bytes[this.at] = 0xfa
    this.bytes.writeFloatBE(value, this.at + 1)
    this.at += 5
  }

  double(value: number): void {
    this.reserve(9)
    this.bytes[this.at] = 0xfb
    this.bytes.writeDoubleBE(value, this.at + 1)
    this.at += 9
  }

  /** Tag 1 and a double, as AWS's services write it. */
  time(ms: number): void {
    this.byte(0xc1)
    this.double(ms / 1000)
  }

  /** The item that follows is of this kind. */
  tag(value: number): void {
    this.head(6, value)
  }

  /** A map of as many pairs. */
  map(pairs: number): void {
    this.head(5, pairs)
  }

  text(value: string): void {
    const length = Buffer.byteLength(value)
    this.head(3, length)
    this.reserve(length)
    this.bytes.write(value, this.at, length, "utf8")
    this.at += length
  }

  blob(value: Uint8Array): void {
    this.head(2, value.length)
    this.raw(value)
  }

  /** Bytes that are CBOR already. */
  raw(value: Uint8Array): void {
    this.reserve(value.length)
    this.bytes.set(value, this.at)
    this.at += value.length
  }

  private byte(value: number): void {
    this.reserve(1)
    this.bytes[this.at++] = value
  }

  private head(major: number, argument: number): void {
    this.reserve(9)
    const type = major << 5
    if (argument < 24) {
      this.bytes[this.at++] = type | argument
    } else if (argument < 0x100) {
      this.bytes[this.at++] = type | 24
      this.bytes[this.at++] = argument
    } else if (argument < 0x1_0000) {
      this.bytes[this.at++] = type | 25
      this.at = this.bytes.writeUInt16BE(argument, this.at)
    } else if (argument < 0x1_0000_0000) {
      this.bytes[this.at++] = type | 26
      this.at = this.bytes.writeUInt32BE(argument, this.at)
    } else {
      this.bytes[this.at++] = type | 27
      this.at = this.bytes.writeBigUInt64BE(BigInt(argument), this.at)
    }
  }

  private reserve(length: number): void {
    const needed = this.at + length
    if (needed <= this.bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2))
    grown.set(this.bytes.subarray(0, this.at))
    this.bytes = grown
  }
}
