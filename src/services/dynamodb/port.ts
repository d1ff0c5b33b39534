export { scalableTables } from "./scaling/namespace.ts"
export { itemOfText } from "./values/item-text.ts"
export {
  RETENTION_MS,
  shardReads,
  shards,
  streamArn,
  streamOfArn,
  streamRows,
  streams,
  type Shard,
  type Stream,
  type StreamRow,
} from "./streams/stream.ts"
export { tableResource, tables } from "./tables/table.ts"
