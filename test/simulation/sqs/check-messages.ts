import { hash } from "node:crypto"
import { Violation } from "../moments.ts"
import { isBefore, violated, type Evidence } from "./evidence.ts"
import type { Got, Handled, Sent } from "./ledger.ts"

/** Nothing is invented, lost, changed, given back after its deletion, or given out twice at once. */
export function checkMessages(evidence: Evidence): void {
  for (const got of evidence.got) checkOrigin(evidence, got)
  for (const deleted of evidence.ledger.deleted) checkDeleted(evidence, deleted)
  for (const purge of evidence.ledger.purges) checkPurged(evidence, purge)
  for (const receives of evidence.messages()) {
    checkCounts(evidence, receives)
    for (const got of receives) checkInvisible(evidence, got)
  }
  for (const sent of evidence.ledger.sent) checkKept(evidence, sent)
  checkTold(evidence)
}

/** What is received was sent, to this queue, as it is. */
function checkOrigin(evidence: Evidence, got: Got): void {
  const { attempt } = got.receive
  const { redrive } = evidence.rules
  const family = redrive ? [redrive.from, redrive.to] : [got.queue]
  const origins = evidence
    .sentAs(got.body)
    .filter((sent) => family.includes(sent.queue))
    .filter((sent) => sent.attempt.sent.step < attempt.ended.step)
    .filter((sent) => evidence.fate(sent.attempt, attempt.ended.step) !== "undone")
  if (origins.length === 0) violated("received what was never sent", got)
  if (got.md5 !== hash("md5", got.body)) violated("a body whose digest is another's", got)
  if (got.group !== origins[0]?.group) violated("a message of another group", got)
  if (redrive) return
  const own = origins.find(({ messageId }) => messageId === got.messageId)
  if (!own) {
    if (!origins.some(({ messageId }) => messageId === undefined))
      violated("a message with another id than its sender was told", got)
    return
  }
  // A repetition stands for a message of another time.
  if (origins.length === 1) checkTimes(evidence, own, got)
}

/** A message says when it was sent; it comes not before its delay and not after its retention. */
function checkTimes({ rules }: Evidence, { attempt, delayMs, asEffect }: Sent, got: Got): void {
  const { sent, ended } = attempt
  const receive = got.receive.attempt
  if (got.sentMs < sent.cloudMs || (got.sentMs > ended.cloudMs && !asEffect))
    violated(`sent at ${got.sentMs}, not between ${sent.cloudMs} and ${ended.cloudMs}`, got)
  if (receive.ended.cloudMs < got.sentMs + delayMs)
    violated(`received at ${receive.ended.cloudMs}, before its delay was over`, got)
  if (receive.sent.cloudMs >= got.sentMs + rules.retentionMs)
    violated(`received at ${receive.sent.cloudMs}, after its retention`, got)
}

/** A message whose deletion was acknowledged does not come back. */
function checkDeleted(evidence: Evidence, { got: deleted, attempt }: Handled): void {
  if (attempt.kind !== "answered") return
  // A handle whose receive a power cut took is that of no message.
  if (evidence.fate(deleted.receive.attempt, attempt.ended.step) !== "done") return
  for (const again of evidence.receivesOf(deleted)) {
    const receive = again.receive.attempt
    if (isBefore(attempt, receive) && evidence.fate(attempt, receive.ended.step) === "done")
      violated(`received after its deletion at step ${attempt.ended.step}`, again)
  }
}

function checkPurged(
  evidence: Evidence,
  { queue, attempt }: Evidence["ledger"]["purges"][0],
): void {
  if (attempt.kind !== "answered") return
  for (const got of evidence.got) {
    const receive = got.receive.attempt
    if (got.queue !== queue || !isBefore(attempt, receive)) continue
    if (evidence.fate(attempt, receive.ended.step) !== "done") continue
    const all = evidence.sentAs(got.body)
    if (all.every((sent) => isBefore(sent.attempt, attempt) && !sent.asEffect))
      violated(`received after the purge at step ${attempt.ended.step}`, got)
  }
}

/** Receive counts tell receives apart, and grow. */
function checkCounts(evidence: Evidence, receives: readonly Got[]): void {
  for (const a of receives) {
    for (const b of receives) {
      if (a === b || isSameAttempt(a, b)) continue
      const stands = (got: Got): boolean =>
        evidence.fate(got.receive.attempt, Math.max(endOf(a), endOf(b))) === "done"
      if (a.count === b.count && stands(a) && stands(b))
        violated(`two receives with the count ${a.count}`, b)
      if (!isBefore(a.receive.attempt, b.receive.attempt)) continue
      if (b.count <= a.count && evidence.fate(a.receive.attempt, endOf(b)) === "done")
        violated(`the count was ${a.count} and is ${b.count}`, b)
    }
  }
}

const endOf = (got: Got): number => got.receive.attempt.ended.step

const isSameAttempt = (a: Got, b: Got): boolean =>
  a.receive.attemptId !== undefined && a.receive.attemptId === b.receive.attemptId

/**
 * While the last receive, or the last change of visibility, holds a message, nobody gets it. Only
 * where it is beyond doubt which one was the last.
 */
function checkInvisible(evidence: Evidence, got: Got): void {
  const { attempt } = got.receive
  const holds = [
    ...evidence.receivesOf(got).map((one) => ({ ...one.receive, one })),
    ...evidence.ledger.changed.filter(
      (change) => change.got.queue === got.queue && change.got.messageId === got.messageId,
    ),
  ].filter(
    (hold) =>
      hold.attempt !== attempt &&
      hold.attempt.sent.step < attempt.ended.step &&
      evidence.fate(hold.attempt, attempt.ended.step) !== "undone",
  )
  const last = holds.find((hold) =>
    holds.every((other) => other === hold || isBefore(other.attempt, hold.attempt)),
  )
  if (!last || !isBefore(last.attempt, attempt)) return
  if (evidence.fate(last.attempt, attempt.ended.step) !== "done") return
  if ("one" in last && isSameAttempt(last.one, got)) return
  const until = last.attempt.sent.cloudMs + last.visibilityMs
  if (attempt.ended.cloudMs < until)
    violated(`received at ${attempt.ended.cloudMs}, while invisible until ${until}`, got)
}

/** What was acknowledged and neither deleted nor expired is still there at the end. */
function checkKept(evidence: Evidence, sent: Sent): void {
  const last = evidence.ledger.receives.at(-1)?.attempt
  if (!last || sent.attempt.kind !== "answered" || evidence.fate(sent.attempt) !== "done") return
  if (evidence.mayBeDeleted(sent.body, last) || evidence.mayBeExpired(sent, last)) return
  if (evidence.mayBePurged(sent.queue, sent.attempt, last)) return
  if (!evidence.ledger.drained.some(({ body }) => body === sent.body))
    throw new Violation(
      `lost: ${sent.body.slice(0, 40)}, acknowledged at step ${sent.attempt.ended.step}`,
      sent.attempt,
    )
}

/** The numbers that a queue told, when nobody did anything, are those of what was then drained. */
function checkTold(evidence: Evidence): void {
  const { ledger } = evidence
  for (const [queue, told] of ledger.counts) {
    const drained = ledger.drained.filter((got) => got.queue === queue).length
    if (told.join() !== `${drained},0,0`)
      throw new Violation(`${queue} told of ${told.join()} messages and held ${drained}`)
  }
  const single = ledger.drained.filter(({ body }) => evidence.sentAs(body).length === 1)
  for (const [body, all] of Map.groupBy(single, (got) => got.body))
    if (all.length > 1) throw new Violation(`${body.slice(0, 40)} was there ${all.length} times`)
}
