import { isBefore, violated, type Evidence } from "./evidence.ts"
import type { Got } from "./ledger.ts"
import { arnOf } from "./user.ts"

/**
 * A message is in its queue or in the dead-letter queue, never in both; it goes there when it was
 * received too often and not before, and comes back only by a task that moves it.
 */
export function checkRedrive(evidence: Evidence): void {
  const { redrive } = evidence.rules
  if (!redrive) return
  const { from, to, maxReceives } = redrive
  for (const got of evidence.got) {
    // At the drain the queue has no redrive policy any more.
    const drained = evidence.ledger.drained.includes(got)
    if (got.queue === from && got.count > maxReceives && !drained)
      violated(`received ${got.count} times from a queue that allows ${maxReceives}`, got)
    if (got.queue !== to) continue
    if (got.count <= maxReceives) violated(`a dead letter after ${got.count - 1} receives`, got)
    if (got.sourceArn !== arnOf(from)) violated(`a dead letter of ${got.sourceArn}`, got)
  }
  for (const [, all] of Map.groupBy(evidence.got, ({ body }) => body))
    for (const a of all)
      for (const b of all)
        if (isBefore(a.receive.attempt, b.receive.attempt)) checkStep(evidence, a, b)
}

/** From one place of a message to a later one. */
function checkStep(evidence: Evidence, a: Got, b: Got): void {
  const [before, after] = [a.receive.attempt, b.receive.attempt]
  if (evidence.fate(before, after.ended.step) !== "done") return
  const { to = "" } = evidence.rules.redrive ?? {}
  if (a.messageId !== b.messageId) {
    if (!evidence.mayBeMoved(to, after))
      violated("another message with the same body, though no task moved it", b)
    if (b.sentMs < a.sentMs) violated("the message from before a task moved it", b)
  } else if (a.queue === to && b.queue !== to)
    violated("came back from the dead letters as it was", b)
}
