import { job } from "../../../kernel/later/later.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import { arnOf, type KeySchema, type StreamSettings, type Table } from "../tables/table.ts"

/** A stream of a table, as long as its records can be read. */
export interface Stream {
  readonly account: string
  readonly region: string
  readonly tableName: string
  /** The time of its beginning, by which its ARN ends. */
  readonly label: string
  /** Of its shards and records. */
  readonly id: number
  readonly view: StreamSettings["view"]
  readonly keys: KeySchema
  readonly createdMs: number
  /** Records come no more. */
  readonly endedMs?: number | undefined
  /** Its own resource policy. */
  readonly policy?: Table["policy"]
}

export const streams = table<Stream>("dynamodb/stream", {
  key: (row) => [row.account, row.region, row.tableName, row.label],
  cached: true,
})

/** A part of a stream; one after another, for AWS closes them too. */
export interface Shard {
  readonly stream: number
  readonly number: number
  readonly startedMs: number
  /** The sequence numbers of its first record and, once it is closed, of its last. */
  readonly start: number
  readonly end?: number | undefined
}

export const shards = table<Shard>("dynamodb/stream-shard", {
  key: (row) => [row.stream, row.number],
})

/** When a shard was read last: see the streams' own service. */
export interface ShardReads {
  readonly stream: number
  readonly shard: number
  /** Instants, the oldest first. */
  readonly recentMs: readonly number[]
}

export const shardReads = table<ShardReads>("dynamodb/stream-shard-reads", {
  key: (row) => [row.stream, row.shard],
  rewritten: true,
})

export interface StreamRow {
  readonly stream: number
  readonly shard: number
  readonly sequence: number
  readonly writtenMs: number
  readonly event: "INSERT" | "MODIFY" | "REMOVE"
  /** Items as texts, see item-text.ts. */
  readonly keys: string
  readonly newImage?: string | undefined
  readonly oldImage?: string | undefined
  readonly sizeBytes: number
  /** DynamoDB itself did it: time to live. */
  readonly byService?: true | undefined
}

export const streamRows = table<StreamRow>("dynamodb/stream-record", {
  key: (row) => [row.stream, row.shard, row.sequence],
})

export const streamArn = ({ label, ...stream }: Stream): string =>
  `${arnOf({ ...stream, name: stream.tableName })}/stream/${label}`

/** The stream that an ARN means, whether its records can still be read or not. */
export function streamOfArn(tx: ReadTx, arn: string): Stream | undefined {
  const parts = parseArn(arn)
  const [, name = "", label = ""] = STREAM.exec(parts?.resource ?? "") ?? []
  if (parts?.service !== "dynamodb") return undefined
  return tx.get(streams, [parts.account, parts.region, name, label])
}

const STREAM = /^table\/([^/]+)\/stream\/(.+)$/

/** "All data in DynamoDB Streams is subject to a 24-hour lifetime". */
export const RETENTION_MS = 24 * 3_600_000
/** "… a shard … is automatically created/closed" about every four hours (as users see). */
export const SHARD_MS = 4 * 3_600_000
const SWEPT_AT_ONCE = 500

/** The open stream of a table; undefined where it has none. */
export const openStream = (
  tx: ReadTx,
  { account, region, name, stream }: Table,
): Stream | undefined =>
  stream?.enabled ? tx.get(streams, [account, region, name, stream.label]) : undefined

/** The last shard, which is the open one as long as the stream is. */
export const lastShard = (tx: ReadTx, stream: Pick<Stream, "id">): Shard | undefined =>
  tx.first(shards, { prefix: [stream.id], reverse: true })

/** To be called when a table has become what it is: begins and ends streams as its settings say. */
export function streamsFollow(
  tx: WriteTx,
  before: Table | undefined,
  after: Table | undefined,
): void {
  const old = before && openStream(tx, before)
  const goesOn = before?.stream?.label === after?.stream?.label && after?.stream?.enabled
  if (old && !goesOn) endStream(tx, old)
  if (!after?.stream?.enabled || (old && goesOn)) return
  const { account, region, name: tableName, keys, stream } = after
  const { label, view } = stream
  const row = { account, region, tableName, label, view, keys, createdMs: tx.now }
  const id = tx.serial()
  tx.insert(streams, { ...row, id })
  tx.insert(shards, { stream: id, number: 1, startedMs: tx.now, start: tx.serial() })
  tx.schedule(sweepStream, { account, region, tableName, label }, tx.now + SHARD_MS)
}

/** "The data in the stream will be readable for 24 hours" after it was disabled. */
function endStream(tx: WriteTx, stream: Stream): void {
  tx.replace(streams, stream, { ...stream, endedMs: tx.now })
  const shard = lastShard(tx, stream)
  if (shard) tx.replace(shards, shard, { ...shard, end: tx.serial() })
}

type Named = Pick<Stream, "account" | "region" | "tableName" | "label">

/** Takes away what is too old, step by step; the stream itself once it has ended long enough. */
export const sweepStream = job<Named>("dynamodb/sweep-stream", {
  run(tx, named) {
    const { account, region, tableName, label } = named
    const stream = tx.get(streams, [account, region, tableName, label])
    if (!stream) return
    const trimMs = tx.now - RETENTION_MS
    const { rows } = tx.scan(streamRows, { prefix: [stream.id], limit: SWEPT_AT_ONCE })
    const old = rows.filter(({ writtenMs }) => writtenMs <= trimMs)
    for (const row of old) tx.remove(streamRows, row)
    if (old.length === SWEPT_AT_ONCE) {
      tx.schedule(sweepStream, named, tx.now)
      return
    }
    for (const shard of tx.scan(shards, { prefix: [stream.id], limit: SWEPT_AT_ONCE }).rows)
      if (shard.end !== undefined && shard.startedMs + SHARD_MS <= trimMs && isEmpty(tx, shard)) {
        tx.remove(shards, shard)
        tx.delete(shardReads, [shard.stream, shard.number])
      }
    if (stream.endedMs !== undefined && stream.endedMs <= trimMs) tx.remove(streams, stream)
    else tx.schedule(sweepStream, named, tx.now + SHARD_MS)
  },
})

const isEmpty = (tx: ReadTx, { stream, number }: Shard): boolean =>
  tx.first(streamRows, { prefix: [stream, number] }) === undefined
