import type { AccessRequest } from "../../iam/access.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import type { Call } from "../../registry/call.ts"
import { streamArn, streams, type Shard } from "../dynamodb/port.ts"
import { op, type Out } from "./define.ts"
import { findStream, sequenceText, shardIdOf, shardsOf, streamAccess } from "./find.ts"

const STREAMS_PAGE = 100
const SHARDS_PAGE = 100

const onStream = (tx: ReadTx, input: { readonly StreamArn: string }, call: Call): AccessRequest =>
  streamAccess(tx, input.StreamArn, call)

export const ListStreams = op.read("ListStreams", {
  authorize: (tx, _input, call) => streamAccess(tx, "*", call),
  run(tx, input, { account, region }): Out<"ListStreams"> {
    const { TableName: name, Limit: limit = STREAMS_PAGE } = input
    const all = tx
      .scan(streams, {
        prefix: name === undefined ? [account, region] : [account, region, name],
        limit: 100_000,
      })
      .rows.map((stream) => ({
        StreamArn: streamArn(stream),
        TableName: stream.tableName,
        StreamLabel: stream.label,
      }))
    const after = all.findIndex(({ StreamArn }) => StreamArn === input.ExclusiveStartStreamArn)
    const page = all.slice(after + 1, after + 1 + limit)
    const more = after + 1 + limit < all.length
    return { Streams: page, ...(more && { LastEvaluatedStreamArn: page.at(-1)?.StreamArn }) }
  },
})

export const DescribeStream = op.read("DescribeStream", {
  authorize: onStream,
  run(tx, input, call): Out<"DescribeStream"> {
    const { StreamArn, Limit: limit = SHARDS_PAGE, ShardFilter: filter } = input
    const stream = findStream(tx, StreamArn, call)
    const all = shardsOf(tx, stream)
    const parent = filter && all.find((shard) => shardIdOf(shard) === filter.ShardId)
    const wanted = filter ? all.filter(({ number }) => number === (parent?.number ?? 0) + 1) : all
    const start = wanted.findIndex((shard) => shardIdOf(shard) === input.ExclusiveStartShardId) + 1
    const page = wanted.slice(start, start + limit)
    const last = page.at(-1)
    const { keys } = stream
    const more = start + limit < wanted.length && last !== undefined
    return {
      StreamDescription: {
        StreamArn,
        StreamLabel: stream.label,
        StreamStatus: stream.endedMs === undefined ? "ENABLED" : "DISABLED",
        StreamViewType: stream.view,
        CreationRequestDateTime: stream.createdMs,
        TableName: stream.tableName,
        KeySchema: [
          { AttributeName: keys.hash.name, KeyType: "HASH" },
          ...(keys.range ? [{ AttributeName: keys.range.name, KeyType: "RANGE" as const }] : []),
        ],
        Shards: page.map((shard) => describeShard(all, shard)),
        ...(more && { LastEvaluatedShardId: shardIdOf(last) }),
      },
    }
  },
})

function describeShard(all: readonly Shard[], shard: Shard) {
  const parent = all.find(({ number }) => number === shard.number - 1)
  return {
    ShardId: shardIdOf(shard),
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceText(shard.start),
      ...(shard.end !== undefined && { EndingSequenceNumber: sequenceText(shard.end) }),
    },
    ...(parent && { ParentShardId: shardIdOf(parent) }),
  }
}
