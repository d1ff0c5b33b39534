import type { WriteTx } from "../../kernel/transaction.ts"
import { BILLED_CHUNK_BYTES } from "./limits.ts"
import { arnOf, type Queue } from "./queue.ts"

/**
 * Counts an API call as AWS bills it: once, and once more for each further 64 KB of its payload.
 * The queue's owner pays ("Amazon SQS pricing").
 */
export function meterRequest(tx: WriteTx, queue: Queue, payloadBytes = 0): void {
  const { account, region, fifo } = queue
  const chunks = Math.max(1, Math.ceil(payloadBytes / BILLED_CHUNK_BYTES))
  const resource = arnOf(queue)
  tx.meter(fifo ? "sqs:fifo-requests" : "sqs:requests", { account, region, resource }, chunks)
}
