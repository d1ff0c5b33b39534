import type { ReadTx } from "../../../kernel/transaction.ts"
import { arnOf, findQueueByArn, type Queue } from "../queue.ts"
import { assertRedriveTarget } from "./redrive.ts"

/** Throws AWS's refusal unless a queue with these settings may use its dead-letter queue. */
export function assertDeadLetterQueue(
  tx: ReadTx,
  queue: Pick<Queue, "account" | "region" | "name" | "fifo" | "settings">,
): void {
  const { redrive } = queue.settings
  if (!redrive) return
  const target = findQueueByArn(tx, redrive.targetArn)
  const source = { ...queue, arn: arnOf(queue) }
  assertRedriveTarget(
    redrive,
    source,
    target && { fifo: target.fifo, allow: target.settings.redriveAllow },
  )
}
