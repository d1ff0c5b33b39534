import { pushVarint, zigzag } from "./message.ts"

/** "A run of at least 3", and what one control byte can say. */
const LEAST_RUN = 3
const MOST_RUN = 130
const MOST_LITERALS = 128

/** "Integer Run Length Encoding, version 1": steps of a run by so much. */
const LEAST_STEP = -128n
const MOST_STEP = 127n

/** "Byte Run Length Encoding". */
export function byteRuns(bytes: Uint8Array): Buffer {
  const into: number[] = []
  let literals: number[] = []
  const flush = (): void => {
    if (literals.length > 0) into.push(256 - literals.length, ...literals)
    literals = []
  }
  for (let at = 0; at < bytes.length;) {
    const value = bytes[at] ?? 0
    let length = 1
    while (length < MOST_RUN && bytes[at + length] === value) length += 1
    if (length >= LEAST_RUN) {
      flush()
      into.push(length - LEAST_RUN, value)
      at += length
    } else {
      literals.push(value)
      if (literals.length === MOST_LITERALS) flush()
      at += 1
    }
  }
  flush()
  return Buffer.from(into)
}

/** "Boolean Run Length Encoding": the first value in the highest bit. */
export function booleanRuns(values: readonly boolean[]): Buffer {
  const bytes = new Uint8Array(Math.ceil(values.length / 8))
  for (const [at, value] of values.entries())
    if (value) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (0x80 >> (at & 7))
  return byteRuns(bytes)
}

/** "Integer Run Length Encoding, version 1", which every reader of ORC knows. */
export function integerRuns(values: readonly bigint[], { signed }: { signed: boolean }): Buffer {
  const into: number[] = []
  let literals: bigint[] = []
  const push = (value: bigint): void => pushVarint(into, signed ? zigzag(value) : value)
  const flush = (): void => {
    if (literals.length > 0) into.push(256 - literals.length)
    for (const value of literals) push(value)
    literals = []
  }
  for (let at = 0; at < values.length;) {
    const value = values[at] ?? 0n
    const { step, length } = runAt(values, at)
    if (length >= LEAST_RUN) {
      flush()
      into.push(length - LEAST_RUN, Number(step & 0xffn))
      push(value)
      at += length
    } else {
      literals.push(value)
      if (literals.length === MOST_LITERALS) flush()
      at += 1
    }
  }
  flush()
  return Buffer.from(into)
}

/** The longest run from a value on, and by what its values differ. */
function runAt(values: readonly bigint[], at: number): { step: bigint; length: number } {
  const [first, second] = [values[at], values[at + 1]]
  if (first === undefined || second === undefined) return { step: 0n, length: 1 }
  const step = second - first
  if (step < LEAST_STEP || step > MOST_STEP) return { step, length: 1 }
  let length = 2
  let last = second
  for (; length < MOST_RUN; length += 1) {
    const next = values[at + length]
    if (next === undefined || next - last !== step) break
    last = next
  }
  return { step, length }
}
