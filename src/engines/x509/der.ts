/**
 * Writes DER, the encoding of certificates (ITU-T X.690). Every function returns one complete
 * element: tag, length, content.
 */
export function element(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(body.length)]), body])
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length]
  const bytes: number[] = []
  for (let left = length; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256)
  return [0x80 | bytes.length, ...bytes]
}

export function sequence(...items: readonly Uint8Array[]): Uint8Array {
  return element(0x30, ...items)
}

export function set(...items: readonly Uint8Array[]): Uint8Array {
  return element(0x31, ...items)
}

/** An unsigned integer from big-endian bytes. */
export function integer(bytes: Uint8Array): Uint8Array {
  let from = 0
  while (from < bytes.length - 1 && bytes[from] === 0) from++
  const digits = bytes.subarray(from)
  // A first bit of one would make it negative.
  const padding = (digits[0] ?? 0) >= 0x80 || digits.length === 0 ? [0] : []
  return element(0x02, Buffer.from(padding), digits)
}

export function boolean(value: boolean): Uint8Array {
  return element(0x01, Buffer.from([value ? 0xff : 0]))
}

export function octets(...content: readonly Uint8Array[]): Uint8Array {
  return element(0x04, ...content)
}

/** Bits, all but the last `unused` of the last byte. */
export function bits(bytes: Uint8Array, unused = 0): Uint8Array {
  return element(0x03, Buffer.from([unused]), bytes)
}

export function utf8(text: string): Uint8Array {
  return element(0x0c, Buffer.from(text, "utf8"))
}

export function printable(text: string): Uint8Array {
  return element(0x13, Buffer.from(text, "latin1"))
}

export function ia5(text: string): Uint8Array {
  return element(0x16, Buffer.from(text, "latin1"))
}

export function enumerated(value: number): Uint8Array {
  return element(0x0a, Buffer.from([value]))
}

export function nothing(): Uint8Array {
  return element(0x05)
}

/** An object identifier in dotted decimals. */
export function objectId(dotted: string): Uint8Array {
  return element(0x06, Buffer.from(objectIdBytes(dotted)))
}

/** What stands in an object identifier: where a tag is in place of its own. */
export function objectIdBytes(dotted: string): number[] {
  const [first = 0n, second = 0n, ...rest] = dotted.split(".").map(BigInt)
  return [first * 40n + second, ...rest].flatMap(base128)
}

/** Arcs made from UUIDs have 128 bits. */
function base128(value: bigint): number[] {
  const bytes = [Number(value % 128n)]
  for (let left = value / 128n; left > 0n; left /= 128n) bytes.unshift(0x80 | Number(left % 128n))
  return bytes
}

/** A moment, as RFC 5280 section 4.1.2.5 wants it: two-digit years up to 2049, to the second. */
export function time(epochMs: number): Uint8Array {
  const digits = timeDigits(epochMs)
  const short = digits >= "1950" && digits < "2050"
  return element(short ? 0x17 : 0x18, Buffer.from(`${short ? digits.slice(2) : digits}Z`, "latin1"))
}

/** A moment with all digits of its year, to the second. */
export function generalizedTime(epochMs: number): Uint8Array {
  return element(0x18, Buffer.from(`${timeDigits(epochMs)}Z`, "latin1"))
}

const timeDigits = (epochMs: number): string =>
  new Date(epochMs)
    .toISOString()
    .replace(/\.\d+Z$/, "")
    .replace(/[-:T]/g, "")

/** `[number]` around whole elements. */
export function explicit(number: number, ...content: readonly Uint8Array[]): Uint8Array {
  return element(0xa0 | number, ...content)
}

/** `[number]` in place of a primitive's own tag. */
export function implicit(number: number, content: Uint8Array): Uint8Array {
  return element(0x80 | number, content)
}
