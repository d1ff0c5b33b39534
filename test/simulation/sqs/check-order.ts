import { Violation } from "../moments.ts"
import { idOf, isBefore, violated, type Evidence } from "./evidence.ts"
import type { Got, Sent } from "./ledger.ts"

const WINDOW_MS = 300_000

/** What a FIFO queue promises: order within a group, and one message for one deduplication id. */
export function checkOrder(evidence: Evidence): void {
  for (const got of evidence.got) checkTurn(evidence, got)
  const fifo = evidence.ledger.sent.filter(({ queue }) => queue.endsWith(".fifo"))
  for (const [, all] of Map.groupBy(fifo, idOf)) checkRepetitions(evidence, all)
  checkSequence(evidence, fifo)
}

/** No message is given out while an earlier one of its group is there, unless both come at once. */
function checkTurn(evidence: Evidence, got: Got): void {
  const { sequence, group, receive } = got
  if (sequence === undefined) return
  const together = receive.got.slice(0, got.position).filter((other) => other.group === group)
  const last = together.at(-1)
  if (last?.sequence !== undefined && last.sequence >= sequence)
    violated("behind a later one of its group in one answer", got)
  for (const sent of evidence.sentToGroup(got)) {
    if (sent.sequence === undefined || sent.sequence >= sequence) continue
    if (together.some(({ messageId }) => messageId === sent.messageId)) continue
    if (isStillThere(evidence, sent, got))
      violated(`given out while ${sent.body.slice(0, 40)} is before it`, got)
  }
}

function isStillThere(evidence: Evidence, sent: Sent, got: Got): boolean {
  const { attempt } = got.receive
  if (evidence.fate(sent.attempt, attempt.ended.step) !== "done") return false
  // A repetition carries the number of a message that may be gone for long.
  if (evidence.isRepeated(sent)) return false
  if (evidence.mayBeExpired(sent, attempt) || evidence.mayBeDeleted(sent.body, attempt))
    return false
  if (evidence.mayBePurged(sent.queue, sent.attempt, attempt)) return false
  const { redrive } = evidence.rules
  if (!redrive) return true
  // It may have been received too often, and have left for the dead-letter queue.
  const seen = evidence.ledger.receives.filter(
    (receive) =>
      receive.attempt.sent.step < attempt.ended.step &&
      receive.got.some(({ body }) => body === sent.body),
  ).length
  const unseen = evidence.unseenReceives(sent.queue, attempt, sent.attempt).length
  return sent.queue === redrive.from && seen + unseen < redrive.maxReceives
}

/** Sends of one deduplication id: those of five minutes are one message. */
function checkRepetitions(evidence: Evidence, all: readonly Sent[]): void {
  // A delivery comes when it comes.
  if (all.some(({ asEffect }) => asEffect)) return
  for (const later of all) {
    if (later.messageId === undefined) continue
    const earlier = all.filter(
      ({ attempt }) => attempt !== later.attempt && attempt.sent.step < later.attempt.ended.step,
    )
    const first = earlier.find(({ messageId }) => messageId === later.messageId)
    const sinceMs = (sent: Sent): number => later.attempt.sent.cloudMs - sent.attempt.ended.cloudMs
    if (first && earlier.every((sent) => sinceMs(sent) >= WINDOW_MS))
      throw new Violation(`${later.body}: a repetition after more than five minutes`)
    const [only] = earlier
    if (first || earlier.length !== 1 || !only || !isBefore(only.attempt, later.attempt)) continue
    if (evidence.fate(only.attempt, later.attempt.ended.step) !== "done") continue
    if (evidence.mayBePurged(later.queue, only.attempt, later.attempt)) continue
    if (later.attempt.ended.cloudMs - only.attempt.sent.cloudMs < WINDOW_MS)
      throw new Violation(`${later.body}: sent twice within five minutes, and taken twice`)
  }
}

/** Sequence numbers grow from one acknowledged send to the next. */
function checkSequence(evidence: Evidence, fifo: readonly Sent[]): void {
  const single = fifo.filter((sent) => sent.sequence !== undefined && !evidence.isRepeated(sent))
  for (const a of single)
    for (const b of single) {
      if (!isBefore(a.attempt, b.attempt)) continue
      if (evidence.fate(a.attempt, b.attempt.ended.step) !== "done") continue
      if ((a.sequence as bigint) >= (b.sequence as bigint))
        throw new Violation(`${b.body} has not a higher sequence number than ${a.body}`)
    }
}
