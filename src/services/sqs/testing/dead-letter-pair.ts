import type { InProcessCloud } from "../../../index.ts"
import { openQueue, type TestQueue } from "./open-queue.ts"

/** A queue that sends messages to its dead-letter queue after one receive. */
export async function openPair(
  suffix: "" | ".fifo" = "",
  cloud?: InProcessCloud,
): Promise<{ queue: TestQueue; dead: TestQueue }> {
  const more: Record<string, string> = suffix === "" ? {} : { ContentBasedDeduplication: "true" }
  const dead = await openQueue(more, { name: `dead${suffix}`, ...(cloud && { cloud }) })
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 })
  const queue = await openQueue(
    { ...more, RedrivePolicy },
    { name: `jobs${suffix}`, cloud: dead.cloud },
  )
  return { queue, dead }
}

/** Sends messages and lets each of them end among the dead letters. */
export async function bury(queue: TestQueue, bodies: readonly string[]): Promise<void> {
  for (const body of bodies) await queue.send(body)
  for (let i = 0; i < 2 * Math.ceil(bodies.length / 10); i += 1) {
    await queue.receive({ VisibilityTimeout: 0 })
  }
  await queue.receive({ VisibilityTimeout: 0 })
}
