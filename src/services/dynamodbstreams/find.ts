import type { AccessRequest } from "../../iam/access.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { AwsError } from "../../protocols/aws-error.ts"
import { parseArn } from "../../registry/arn.ts"
import type { Call } from "../../registry/call.ts"
import { RETENTION_MS, shards, streamOfArn, type Shard, type Stream } from "../dynamodb/port.ts"

/** Recorded. */
const noStream = (arn: string): AwsError =>
  new AwsError(
    "ResourceNotFoundException",
    `Requested resource not found: Stream: ${arn} not found`,
  )

const noShard = (id: string, arn: string): AwsError =>
  new AwsError(
    "ResourceNotFoundException",
    `Requested resource not found: Shard: ${id} in Stream: ${arn} not found`,
  )

export const validation = (message: string): AwsError =>
  new AwsError("ValidationException", message)

/** The stream of an ARN, as long as it can be read. Throws ResourceNotFoundException. */
export function findStream(tx: ReadTx, arn: string, { region }: Pick<Call, "region">): Stream {
  const stream = streamOfArn(tx, arn)
  const isHere = stream?.region === region
  if (!isHere || (stream.endedMs !== undefined && tx.now - stream.endedMs > RETENTION_MS))
    throw noStream(arn)
  return stream
}

/** `shardId-00000001767225600000-0a1b2c3d`: the time of its beginning, then what tells it apart. */
export const shardIdOf = ({ startedMs, stream, number }: Shard): string =>
  `shardId-${String(startedMs).padStart(20, "0")}-${(stream * 65_536 + number).toString(16).padStart(8, "0")}`

/** A stream has some seven of them at a time. */
const MOST_SHARDS = 1_000

export const shardsOf = (tx: ReadTx, { id }: Stream): readonly Shard[] =>
  tx.scan(shards, { prefix: [id], limit: MOST_SHARDS }).rows

export function findShard(tx: ReadTx, stream: Stream, id: string, arn: string): Shard {
  const shard = shardsOf(tx, stream).find((one) => shardIdOf(one) === id)
  if (!shard) throw noShard(id, arn)
  return shard
}

/** Sequence numbers have 21 digits and more, and only grow. */
const BASE = 10n ** 20n

export const sequenceText = (sequence: number): string => String(BASE + BigInt(sequence))

/** Undefined for what is none of ours. */
export function sequenceOf(text: string): number | undefined {
  if (!/^\d{21,40}$/.test(text)) return undefined
  const sequence = BigInt(text) - BASE
  return sequence >= 0n && sequence <= Number.MAX_SAFE_INTEGER ? Number(sequence) : undefined
}

/** Asks for the operation's action on a stream, by its own policy too, whether there is one or not. */
export function streamAccess(tx: ReadTx, arn: string, { account, operation }: Call): AccessRequest {
  return {
    action: `dynamodb:${operation}`,
    resource: arn,
    owner: parseArn(arn)?.account || account,
    policy: streamOfArn(tx, arn)?.policy?.text,
  }
}
