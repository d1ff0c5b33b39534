import { unzigzag, Varints } from "./messages.ts"

/** "Byte Run Length Encoding". */
export function bytesOfRuns(stream: Buffer, count: number): number[] {
  const reader = new Varints(stream)
  const values: number[] = []
  while (values.length < count) {
    const control = reader.byte()
    if (control < 128) {
      const value = reader.byte()
      for (let at = 0; at < control + 3; at += 1) values.push(value)
    } else for (let at = control; at < 256; at += 1) values.push(reader.byte())
  }
  return values
}

/** "Boolean Run Length Encoding". */
export function booleansOfRuns(stream: Buffer, count: number): boolean[] {
  const bytes = bytesOfRuns(stream, Math.ceil(count / 8))
  return Array.from({ length: count }, (_, at) => ((bytes[at >> 3] ?? 0) & (128 >> (at & 7))) !== 0)
}

export interface Integers {
  readonly count: number
  readonly signed: boolean
  readonly version: 1 | 2
}

export function integersOfRuns(stream: Buffer, of: Integers): bigint[] {
  const reader = new Varints(stream)
  const values: bigint[] = []
  while (values.length < of.count)
    if (of.version === 1) readFirst(reader, of.signed, values)
    else readSecond(reader, of.signed, values)
  return values
}

/** "Integer Run Length Encoding, version 1". */
function readFirst(reader: Varints, signed: boolean, into: bigint[]): void {
  const control = reader.byte()
  const next = (): bigint => (signed ? reader.signed() : reader.next())
  if (control >= 128) {
    for (let at = control; at < 256; at += 1) into.push(next())
    return
  }
  const step = BigInt.asIntN(8, BigInt(reader.byte()))
  const first = next()
  for (let at = 0; at < control + 3; at += 1) into.push(first + BigInt(at) * step)
}

/** "Integer Run Length Encoding, version 2". */
function readSecond(reader: Varints, signed: boolean, into: bigint[]): void {
  const head = reader.byte()
  const kind = head >> 6
  if (kind === 0) {
    const value = bigEndian(reader.take(((head >> 3) & 7) + 1))
    const repeated = signed ? unzigzag(value) : value
    for (let at = 0; at < (head & 7) + 3; at += 1) into.push(repeated)
    return
  }
  const code = (head >> 1) & 31
  const length = ((head & 1) << 8) + reader.byte() + 1
  if (kind === 1) {
    for (const value of bits(reader, WIDTHS[code] ?? 0, length))
      into.push(signed ? unzigzag(value) : value)
  } else if (kind === 2) readPatched(reader, { width: WIDTHS[code] ?? 0, length }, into)
  else readDelta(reader, { width: code === 0 ? 0 : (WIDTHS[code] ?? 0), length, signed }, into)
}

interface Shape {
  readonly width: number
  readonly length: number
}

function readPatched(reader: Varints, { width, length }: Shape, into: bigint[]): void {
  const third = reader.byte()
  const fourth = reader.byte()
  const baseBytes = (third >> 5) + 1
  const patchWidth = WIDTHS[third & 31] ?? 0
  const gapWidth = (fourth >> 5) + 1
  const patches = fourth & 31
  const raw = bigEndian(reader.take(baseBytes))
  const sign = 1n << BigInt(baseBytes * 8 - 1)
  const base = (raw & sign) === 0n ? raw : -(raw & ~sign)
  const values = bits(reader, width, length)
  let at = 0
  for (const entry of bits(reader, closest(gapWidth + patchWidth), patches)) {
    at += Number(entry >> BigInt(patchWidth))
    const patch = entry & ((1n << BigInt(patchWidth)) - 1n)
    values[at] = (values[at] ?? 0n) | (patch << BigInt(width))
  }
  for (const value of values) into.push(base + value)
}

function readDelta(
  reader: Varints,
  { width, length, signed }: Shape & { readonly signed: boolean },
  into: bigint[],
): void {
  let value = signed ? reader.signed() : reader.next()
  const first = reader.signed()
  into.push(value)
  if (length > 1) into.push((value += first))
  const steps =
    width === 0
      ? Array.from({ length: Math.max(0, length - 2) }, () => (first < 0n ? -first : first))
      : bits(reader, width, Math.max(0, length - 2))
  for (const step of steps) into.push((value += first < 0n ? -step : step))
}

/** "The 5 bit width encoding table for RLEv2". */
const WIDTHS: readonly number[] = [
  ...Array.from({ length: 24 }, (_, code) => code + 1),
  ...[26, 28, 30, 32, 40, 48, 56, 64],
]

const closest = (width: number): number => WIDTHS.find((one) => one >= width) ?? 64

/** Numbers of so many bits, the highest first, up to the next whole byte. */
function bits(reader: Varints, width: number, count: number): bigint[] {
  const bytes = reader.take(Math.ceil((width * count) / 8))
  const values: bigint[] = []
  let held = 0n
  let have = 0
  let at = 0
  for (let one = 0; one < count; one += 1) {
    while (have < width) {
      held = (held << 8n) | BigInt(bytes[at] ?? 0)
      at += 1
      have += 8
    }
    have -= width
    values.push(held >> BigInt(have))
    held &= (1n << BigInt(have)) - 1n
  }
  return values
}

function bigEndian(bytes: Buffer): bigint {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return value
}
