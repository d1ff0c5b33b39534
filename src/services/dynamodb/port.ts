export { tableResource, tables } from "./tables/table.ts"
export { itemOfText } from "./values/item-text.ts"
export {
  lastShard,
  RETENTION_MS,
  shards,
  streamArn,
  streamRows,
  streams,
  type Shard,
  type Stream,
  type StreamRow,
} from "./streams/stream.ts"
