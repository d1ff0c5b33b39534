import { isBefore, type Evidence } from "./evidence.ts"
import { Violation } from "../moments.ts"
import type { Receive, Sent } from "./ledger.ts"

/** Far more host time than a wake-up takes, far less than a poll waits. */
const PATIENCE_MS = 3_000

/**
 * Whoever receives gets what is there, and a long poll ends when something comes: looks only at
 * messages that nobody else can have touched.
 */
export function checkPolls(evidence: Evidence): void {
  for (const receive of evidence.ledger.receives) {
    if (receive.attempt.kind !== "answered") continue
    checkPatience(receive, evidence.rules.freezes)
    for (const sent of evidence.ledger.sent) {
      if (sent.queue !== receive.queue || !isThere(evidence, sent, receive)) continue
      checkPoll(receive, sent)
    }
  }
}

/** Nobody is sent away with nothing before the time. */
function checkPatience({ attempt, got, waitMs, queue }: Receive, freezes: boolean): void {
  const { sent, ended } = attempt
  const [cloudMs, hostMs] = [ended.cloudMs - sent.cloudMs, ended.hostMs - sent.hostMs]
  // While cloud time stands still, waits go on by host time.
  const waitedMs = freezes ? cloudMs + hostMs : Math.max(cloudMs, hostMs)
  if (got.length === 0 && waitedMs < waitMs)
    throw new Violation(`a poll of ${queue} ended after ${waitedMs} of ${waitMs} ms`, attempt)
}

function checkPoll({ attempt, got, queue }: Receive, sent: Sent): void {
  const since = Math.max(attempt.sent.hostMs, sent.attempt.ended.hostMs)
  const wasThere = isBefore(sent.attempt, attempt)
  const overslept = attempt.ended.hostMs - since > PATIENCE_MS
  if (got.length === 0 ? wasThere || overslept : overslept)
    throw new Violation(
      `a poll of ${queue} (steps ${attempt.sent.step} to ${attempt.ended.step}) ` +
        `${got.length === 0 ? "missed" : "overslept"} ${sent.body.slice(0, 40)}, ` +
        `acknowledged at step ${sent.attempt.ended.step}`,
      ...[attempt, sent.attempt],
    )
}

/** Whether a message was beyond doubt visible, and untouched, until the receive ended. */
function isThere(evidence: Evidence, sent: Sent, receive: Receive): boolean {
  const { attempt } = receive
  if (sent.attempt.kind !== "answered" || sent.asEffect) return false
  if (sent.attempt.ended.step >= attempt.ended.step) return false
  // A repetition stands for a message that may be gone.
  if (evidence.sentAs(sent.body).length > 1) return false
  if (evidence.fate(sent.attempt, attempt.ended.step) !== "done") return false
  if (sent.delayMs > 0 && sent.attempt.ended.cloudMs + sent.delayMs >= attempt.sent.cloudMs)
    return false
  if (evidence.mayBeExpired(sent, attempt)) return false
  if (evidence.mayBePurged(sent.queue, sent.attempt, attempt)) return false
  // A message of a FIFO queue may stand behind others of its group.
  const touched = evidence
    .gotAs(sent, sent.sequence === undefined ? "message" : "group")
    .some((got) => got.receive !== receive && got.receive.attempt.sent.step < attempt.ended.step)
  if (touched) return false
  // It may have taken those before it in its group.
  const since = sent.sequence === undefined ? sent.attempt : undefined
  return evidence.unseenReceives(sent.queue, attempt, since).length === 0
}
