/** Fields of a message of Protocol Buffers, by number: numbers, or bytes. */
export class Fields {
  readonly #numbers = new Map<number, number[]>()
  readonly #bytes = new Map<number, Buffer[]>()

  constructor(message: Buffer) {
    const reader = new Varints(message)
    while (reader.at < message.length) {
      const tag = Number(reader.next())
      const field = tag >> 3
      if ((tag & 7) === 0) push(this.#numbers, field, Number(reader.next()))
      else if ((tag & 7) === 2) push(this.#bytes, field, reader.take(Number(reader.next())))
      else if ((tag & 7) === 1) reader.take(8)
      else if ((tag & 7) === 5) reader.take(4)
      else throw new Error(`wire type ${tag & 7}`)
    }
  }

  number(field: number): number {
    return this.#numbers.get(field)?.[0] ?? 0
  }

  bytes(field: number): readonly Buffer[] {
    return this.#bytes.get(field) ?? []
  }

  messages(field: number): readonly Fields[] {
    return this.bytes(field).map((bytes) => new Fields(bytes))
  }

  text(field: number): string {
    return this.bytes(field)[0]?.toString() ?? ""
  }
}

function push<Value>(into: Map<number, Value[]>, field: number, value: Value): void {
  into.set(field, [...(into.get(field) ?? []), value])
}

/** Reads numbers of base 128, and bytes, one after another. */
export class Varints {
  readonly #bytes: Buffer
  at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get ended(): boolean {
    return this.at >= this.#bytes.length
  }

  byte(): number {
    const value = this.#bytes[this.at]
    if (value === undefined) throw new Error("the stream has ended")
    this.at += 1
    return value
  }

  next(): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }

  signed(): bigint {
    return unzigzag(this.next())
  }

  take(length: number): Buffer {
    if (this.at + length > this.#bytes.length) throw new Error("the stream has ended")
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }
}

export const unzigzag = (value: bigint): bigint =>
  (value & 1n) === 0n ? value >> 1n : -((value + 1n) >> 1n)
