import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { MOST_PARTS, segments } from "../bytes/segments.ts"
import type { StoredChecksum } from "../checksums/checksum.ts"
import { invalidArgument, invalidRequest } from "../errors.ts"
import type { ByteRange } from "./range.ts"
import type { Version } from "./version.ts"

/** One part of an object, as `partNumber` asks for it. */
export interface Part {
  readonly range: ByteRange
  /** Absent of an object that was put at once. */
  readonly partsCount?: number
  /** The part's own, or that of an object with one part. */
  readonly checksum?: StoredChecksum | undefined
}

interface PartInput {
  readonly PartNumber?: number | undefined
  readonly Range?: string | undefined
}

/** What of a request can be judged without its object. Throws InvalidRequest, InvalidArgument. */
export function assertPart({ PartNumber, Range }: PartInput): void {
  if (PartNumber === undefined) return
  if (Range !== undefined)
    throw invalidRequest("Cannot specify both Range header and partNumber query parameter")
  // Recorded of uploads, whose parts count alike.
  if (PartNumber < 1 || PartNumber > MOST_PARTS)
    throw invalidArgument(
      "Part number must be an integer between 1 and 10000, inclusive",
      "partNumber",
      String(PartNumber),
    )
}

/** Recorded: what was put at once is its own first part. Throws InvalidPartNumber. */
export function partOf(tx: ReadTx, version: Version, PartNumber: number): Part {
  const { content, sizeBytes, serial, checksum } = version
  const count = content?.at === "parts" ? content.parts : 1
  if (PartNumber > count) throw invalidPartNumber(PartNumber, count)
  if (content?.at !== "parts") return { range: { start: 0, end: sizeBytes }, checksum }
  const { rows } = tx.scan(segments, { prefix: [serial], limit: PartNumber })
  const part = rows.at(-1)
  if (!part) throw invalidPartNumber(PartNumber, count)
  const end = rows.reduce((sum, row) => sum + row.sizeBytes, 0)
  const whole = count === 1 && !checksum?.composite
  return {
    range: { start: end - part.sizeBytes, end },
    partsCount: count,
    checksum: whole
      ? checksum
      : part.checksum && checksum?.composite && { ...part.checksum, composite: true },
  }
}

const invalidPartNumber = (requested: number, count: number): AwsError =>
  new AwsError("InvalidPartNumber", "The requested partnumber is not satisfiable", {
    status: 416,
    members: { PartNumberRequested: String(requested), ActualPartCount: String(count) },
  })
