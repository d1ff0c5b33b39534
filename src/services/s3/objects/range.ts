import { invalidRange } from "../errors.ts"

export interface ByteRange {
  readonly start: number
  /** Behind the last byte. */
  readonly end: number
}

/**
 * The bytes that a Range header asks for; undefined where S3 answers the whole object: what it
 * cannot read, and several ranges (GetObject: "doesn't support retrieving multiple ranges").
 * Throws InvalidRange.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim())
  if (!match) return undefined
  const [, first = "", last = ""] = match
  if (first === "") {
    if (last === "") return undefined
    const length = Number(last)
    if (length === 0 || size === 0) throw invalidRange(header, size)
    return { start: Math.max(0, size - length), end: size }
  }
  const start = Number(first)
  if (last !== "" && Number(last) < start) return undefined
  if (start >= size) throw invalidRange(header, size)
  return { start, end: last === "" ? size : Math.min(Number(last) + 1, size) }
}

export const contentRange = ({ start, end }: ByteRange, size: number): string =>
  `bytes ${start}-${end - 1}/${size}`
