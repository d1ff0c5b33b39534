import { invalidArgument, invalidRequest } from "../errors.ts"

/** The first byte and the byte behind the last. */
export interface CopyRange {
  readonly start: number
  readonly end: number
}

const FORM = /^bytes=(\d+)-(\d+)$/

/**
 * Reads `x-amz-copy-source-range`, which is stricter than Range: both ends, and both inside the
 * source. All texts are recorded. Throws InvalidArgument and InvalidRequest.
 */
export function parseCopyRange(header: string | undefined, sizeBytes: number): CopyRange {
  if (header === undefined) return { start: 0, end: sizeBytes }
  const [, first = "", last = ""] = FORM.exec(header) ?? []
  const start = Number(first)
  const end = Number(last) + 1
  if (first === "" || end <= start)
    throw invalidArgument(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and " +
        "last are the zero-based offsets of the first and last bytes to copy",
      "x-amz-copy-source-range",
      header,
    )
  if (start >= sizeBytes)
    throw invalidRequest("The specified copy range is invalid for the source object size")
  if (end > sizeBytes)
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${sizeBytes}`,
      "x-amz-copy-source-range",
      header,
    )
  return { start, end }
}
