import { AwsError } from "../../protocols/aws-error.ts"
import { validation } from "./find.ts"

/** Where a reader is. */
export interface Position {
  readonly arn: string
  readonly shard: string
  /** The next record is this one or a later one. */
  readonly sequence: number
  /** When the iterator was given out, in cloud time. */
  readonly givenMs: number
}

/** "A shard iterator expires 15 minutes after it is retrieved". */
const LIFETIME_MS = 15 * 60_000
/** So AWS's begin: the stream's ARN, a version, then what only it reads. */
const SEPARATOR = "|"

export const iteratorOf = ({ arn, ...rest }: Position): string =>
  [arn, "1", Buffer.from(JSON.stringify(rest)).toString("base64")].join(SEPARATOR)

/** Throws ValidationException and ExpiredIteratorException. */
export function positionOf(iterator: string, nowMs: number): Position {
  const [arn = "", version, coded = ""] = iterator.split(SEPARATOR)
  const position = version === "1" ? read(coded) : undefined
  if (!position) throw validation("Invalid ShardIterator")
  if (nowMs - position.givenMs > LIFETIME_MS)
    // As users quote it.
    throw new AwsError("ExpiredIteratorException", "Iterator expired")
  return { arn, ...position }
}

function read(coded: string): Omit<Position, "arn"> | undefined {
  try {
    const { shard, sequence, givenMs } = JSON.parse(
      Buffer.from(coded, "base64").toString(),
    ) as Partial<Position>
    if (typeof shard !== "string") return undefined
    if (!Number.isSafeInteger(sequence) || !Number.isSafeInteger(givenMs)) return undefined
    return { shard, sequence: sequence as number, givenMs: givenMs as number }
  } catch {
    return undefined
  }
}
