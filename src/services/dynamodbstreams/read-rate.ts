import type { WriteTx } from "../../kernel/transaction.ts"
import { AwsError } from "../../protocols/aws-error.ts"
import { shardReads, type Shard } from "../dynamodb/port.ts"

/**
 * "No more than two processes at most should be reading from the same stream's shard at the same time.
 * Having more than two readers per shard can result in throttling." By what AWS tells them apart it
 * does not say: here, each may look five times a second, as at Kinesis' shards (Lambda's looks four
 * times).
 */
const READS = 2 * 5
const SPAN_MS = 1_000

/** Counts a read of a shard; what is asked in one instant counts once. Throws LimitExceededException. */
export function countRead(tx: WriteTx, { stream, number: shard }: Shard): void {
  const recent = tx.get(shardReads, [stream, shard])?.recentMs ?? []
  if (recent.at(-1) === tx.now) return
  const within = recent.filter((at) => tx.now - at < SPAN_MS)
  // The code is the model's ("More than 2 processes are reading …"), the words as users quote them.
  if (within.length >= READS) throw new AwsError("LimitExceededException", "Rate exceeded")
  tx.put(shardReads, { stream, shard, recentMs: [...within, tx.now] })
}
