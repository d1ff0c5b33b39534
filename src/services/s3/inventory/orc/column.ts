import type { Field, Value } from "../field.ts"
import { booleanRuns, integerRuns } from "./run-length.ts"

/** Kinds of streams ("Stripe Footer"). */
const PRESENT = 0
const DATA = 1
const LENGTH = 2
const SECONDARY = 5

export interface Stream {
  readonly kind: number
  readonly bytes: Buffer
}

/** 1 January 2015 UTC, from which "Timestamp Columns" count. No time here is before 1970. */
const EPOCH_MS = Date.UTC(2015, 0, 1)

/** The streams of one column's values, in "Column Encodings": all DIRECT. */
export function columnStreams(kind: Field["kind"], values: readonly Value[]): readonly Stream[] {
  const there = values.filter((value) => value !== undefined)
  const streams = dataStreams(kind, there)
  if (there.length === values.length) return streams
  const present = booleanRuns(values.map((value) => value !== undefined))
  return [{ kind: PRESENT, bytes: present }, ...streams]
}

function dataStreams(kind: Field["kind"], values: readonly NonNullable<Value>[]): Stream[] {
  switch (kind) {
    case "boolean":
      return [{ kind: DATA, bytes: booleanRuns(values.map((value) => value === true)) }]
    case "long": {
      const numbers = values.map((value) => BigInt(value))
      return [{ kind: DATA, bytes: integerRuns(numbers, { signed: true }) }]
    }
    case "timestamp": {
      const times = values.map(Number)
      const seconds = times.map((ms) => BigInt(Math.floor((ms - EPOCH_MS) / 1000)))
      const nanos = times.map((ms) => nanosOf(ms % 1000))
      return [
        { kind: DATA, bytes: integerRuns(seconds, { signed: true }) },
        { kind: SECONDARY, bytes: integerRuns(nanos, { signed: false }) },
      ]
    }
    case "string": {
      const texts = values.map((value) => Buffer.from(String(value)))
      const lengths = texts.map(({ length }) => BigInt(length))
      return [
        { kind: DATA, bytes: Buffer.concat(texts) },
        { kind: LENGTH, bytes: integerRuns(lengths, { signed: false }) },
      ]
    }
  }
}

/**
 * Nanoseconds of a millisecond: without the zeros at their end, which the lowest three bits count, one
 * less than there are. Milliseconds have six of them at least.
 */
function nanosOf(ms: number): bigint {
  if (ms === 0) return 0n
  let digits = ms
  let zeros = 6
  while (digits % 10 === 0) {
    digits /= 10
    zeros += 1
  }
  return BigInt(digits * 8 + (zeros - 1))
}
