import type { WriteTx } from "../../kernel/transaction.ts"
import type { Call } from "../../registry/call.ts"
import { BILLED_CHUNK_BYTES } from "./limits.ts"
import { arnOf, type Queue } from "./queue.ts"

/**
 * Counts an API call as AWS bills it: once, and once more for each further 64 KB of its payload.
 * "Every Amazon SQS action counts as a request"; the queue's owner pays ("Amazon SQS pricing").
 */
export const meterRequest = (tx: WriteTx, queue: Queue, payloadBytes = 0): void =>
  meter(tx, queue, chunksOf(payloadBytes))

/** Counts what a call brought that was counted before it had anything to bring. */
export function meterPayload(tx: WriteTx, queue: Queue, payloadBytes: number): void {
  const more = chunksOf(payloadBytes) - 1
  if (more > 0) meter(tx, queue, more)
}

/** Counts a call that is about no queue; the caller pays. */
export const meterCall = (tx: WriteTx, { account, region }: Call): void =>
  tx.meter("sqs:requests", { account, region })

const chunksOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / BILLED_CHUNK_BYTES))

function meter(tx: WriteTx, queue: Queue, chunks: number): void {
  const { account, region, fifo } = queue
  const resource = arnOf(queue)
  tx.meter(fifo ? "sqs:fifo-requests" : "sqs:requests", { account, region, resource }, chunks)
}
