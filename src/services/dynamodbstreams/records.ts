import { hash } from "node:crypto"
import type { ReadTx } from "../../kernel/transaction.ts"
import { AwsError } from "../../protocols/aws-error.ts"
import {
  itemOfText,
  RETENTION_MS,
  streamRows,
  type Shard,
  type Stream,
  type StreamRow,
} from "../dynamodb/port.ts"
import { op, type In, type Out } from "./define.ts"
import {
  findShard,
  findStream,
  sequenceOf,
  sequenceText,
  streamAccess,
  validation,
} from "./find.ts"
import { iteratorOf, positionOf } from "./iterator.ts"
import { countRead } from "./read-rate.ts"

/** "A maximum of 1,000 records or 1 MB, whichever comes first" ("GetRecords"). */
const PAGE = 1_000
const PAGE_BYTES = 1024 * 1024

export const GetShardIterator = op.read("GetShardIterator", {
  authorize: (tx, { StreamArn }, call) => streamAccess(tx, StreamArn, call),
  run(tx, input, call): Out<"GetShardIterator"> {
    const { StreamArn: arn, ShardId } = input
    const stream = findStream(tx, arn, call)
    const shard = findShard(tx, stream, ShardId, arn)
    const sequence = startOf(tx, shard, input)
    const position = { arn, shard: ShardId, sequence, givenMs: tx.now }
    return { ShardIterator: iteratorOf(position) }
  },
})

function startOf(tx: ReadTx, shard: Shard, input: In<"GetShardIterator">): number {
  const { ShardIteratorType: type, SequenceNumber: text } = input
  if (type === "TRIM_HORIZON") return shard.start
  if (type === "LATEST") return newestOf(tx, shard) + 1
  if (text === undefined)
    throw validation(`SequenceNumber is required for ShardIteratorType ${type}`)
  const sequence = sequenceOf(text)
  if (sequence === undefined) throw validation(`Invalid SequenceNumber: ${text}`)
  if (sequence < shard.start || isTrimmed(tx, shard, sequence)) throw trimmed()
  return type === "AFTER_SEQUENCE_NUMBER" ? sequence + 1 : sequence
}

const newestOf = (tx: ReadTx, { stream, number, start }: Shard): number =>
  tx.first(streamRows, { prefix: [stream, number], reverse: true })?.sequence ?? start - 1

/** What was there is too old, or has been taken away for its age. */
function isTrimmed(tx: ReadTx, shard: Shard, sequence: number): boolean {
  const row = tx.get(streamRows, [shard.stream, shard.number, sequence])
  if (row) return isOld(tx, row)
  return sequence !== shard.start && sequence <= (shard.end ?? newestOf(tx, shard))
}

const isOld = (tx: ReadTx, { writtenMs }: StreamRow): boolean => writtenMs <= tx.now - RETENTION_MS

/** The words are not verified. */
const trimmed = (): AwsError =>
  new AwsError(
    "TrimmedDataAccessException",
    "The requested sequence number is beyond the trim horizon of the stream.",
  )

export const GetRecords = op.write("GetRecords", {
  authorize: (tx, { ShardIterator }, call) =>
    streamAccess(tx, positionOf(ShardIterator, tx.now).arn, call),
  run(tx, input, call): Out<"GetRecords"> {
    const position = positionOf(input.ShardIterator, tx.now)
    const { arn } = position
    const stream = findStream(tx, arn, call)
    const shard = findShard(tx, stream, position.shard, arn)
    countRead(tx, shard)
    const limit = Math.min(input.Limit ?? PAGE, PAGE)
    const { rows, next } = tx.scan(streamRows, {
      prefix: [shard.stream, shard.number],
      from: [position.sequence],
      limit,
    })
    const page = withinBytes(rows)
    const last = page.at(-1)
    const sequence = last ? last.sequence + 1 : position.sequence
    const atEnd = shard.end !== undefined && next === undefined && page.length === rows.length
    const Records = page.filter((row) => !isOld(tx, row)).map((row) => recordOf(stream, row, arn))
    // "If set to null, the shard has been closed and the requested iterator will not return more".
    if (atEnd) return { Records }
    return { Records, NextShardIterator: iteratorOf({ ...position, sequence, givenMs: tx.now }) }
  },
})

function withinBytes(rows: readonly StreamRow[]): readonly StreamRow[] {
  let bytes = 0
  const end = rows.findIndex(({ sizeBytes }) => (bytes += sizeBytes) > PAGE_BYTES)
  return end < 0 ? rows : rows.slice(0, Math.max(end, 1))
}

type Records = NonNullable<Out<"GetRecords">["Records"]>

function recordOf(stream: Stream, row: StreamRow, arn: string): Records[number] {
  const { keys, newImage, oldImage, sequence } = row
  return {
    eventID: hash("md5", `${arn} ${sequence}`),
    eventName: row.event,
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: stream.region,
    dynamodb: {
      // "… rounded down to the closest minute" once; today to the second.
      ApproximateCreationDateTime: Math.floor(row.writtenMs / 1000) * 1000,
      Keys: itemOfText(keys),
      ...(newImage !== undefined && { NewImage: itemOfText(newImage) }),
      ...(oldImage !== undefined && { OldImage: itemOfText(oldImage) }),
      SequenceNumber: sequenceText(sequence),
      SizeBytes: row.sizeBytes,
      StreamViewType: stream.view,
    },
    ...(row.byService && {
      userIdentity: { Type: "Service", PrincipalId: "dynamodb.amazonaws.com" },
    }),
  }
}
