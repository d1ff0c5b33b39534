import { groups, tenants, type Group, type Tenant } from "./group.ts"
import { messages, type Message } from "./message.ts"
import {
  discardMessage,
  expiredUpTo,
  isAvailable,
  planExpiry,
  planSettling,
  replaceMessage,
  ring,
  writeTurns,
  type OpenStore,
} from "./open-store.ts"
import { firstSent } from "./unreceived.ts"

/** The expiring job does not run more often than this: AWS is in no hurry either. */
const EXPIRY_PAUSE_MS = 1_000
/** What a change of settings looks at itself; the jobs do the rest. */
const REPLANNED = 32

/**
 * Makes messages ready whose invisibility or delay has ended, at most `limit` of them, and plans
 * the next time. Order does not depend on it: it keeps the counts and a standard queue's ready
 * messages up to time.
 */
export function settleDue(open: OpenStore, limit: number): void {
  const { tx, depth } = open
  for (const message of dueMessages(open, limit)) {
    if (message.enqueuedMs <= expiredUpTo(open)) discardMessage(open, message)
    else replaceMessage(open, message, { ...message, state: "ready" })
  }
  writeTurns(open)
  if (depth.due) tx.cancel(depth.due)
  depth.due = undefined
  open.changed = true
  const next = nextDue(open)
  if (next !== undefined) planSettling(open, Math.max(next, tx.now))
}

/** Looks at once at what a change of the queue's times may have made due or old. */
export function replan(open: OpenStore): void {
  if (open.depth.total === 0) return
  // What was too old may not be so any more.
  open.depth.floors.ready = undefined
  settleDue(open, REPLANNED)
  expireMessages(open, REPLANNED)
}

/** Whether `settleDue` has something to do. */
export const isSomethingDue = ({ tx, depth }: OpenStore): boolean =>
  depth.due !== undefined && depth.due.at <= tx.now

function dueMessages({ tx, queue }: OpenStore, limit: number): readonly Message[] {
  const { store, fifo, settings } = queue
  const waiting = tx.scan(messages, {
    index: "byTurn",
    prefix: [store, "w"],
    to: [tx.now + 1],
    limit,
  }).rows
  if (!fifo || waiting.length === limit) return waiting
  const delayed = tx.scan(messages, {
    index: "byTurn",
    prefix: [store, "d"],
    to: [tx.now - settings.delaySeconds * 1000 + 1],
    limit: limit - waiting.length,
  }).rows
  return [...waiting, ...delayed]
}

function nextDue({ tx, queue }: OpenStore): number | undefined {
  const { store, fifo, settings } = queue
  const waiting = tx.first(messages, { index: "byTurn", prefix: [store, "w"] })?.availableMs
  const delayed = fifo && tx.first(messages, { index: "byTurn", prefix: [store, "d"] })
  if (!delayed) return waiting
  const at = delayed.enqueuedMs + settings.delaySeconds * 1000
  return waiting === undefined ? at : Math.min(waiting, at)
}

/**
 * Removes messages whose retention has ended, at most about `limit`, and plans the next time. What
 * is in flight goes when its invisibility ends.
 */
export function expireMessages(open: OpenStore, limit: number): void {
  const { tx, depth } = open
  const expired = open.queue.fifo ? expiredOfGroups(open, limit) : expiredOfLanes(open, limit)
  for (const message of expired) discardMessage(open, message)
  // What came while they still counted has woken nobody.
  if (expired.length > 0) ring(open)
  writeTurns(open)
  if (depth.expiry) tx.cancel(depth.expiry)
  depth.expiry = undefined
  open.changed = true
  const oldest = oldestReady(open)
  if (oldest === undefined) return
  const more = expired.length >= limit
  planExpiry(open, more ? oldest : Math.max(oldest, expiredUpTo(open) + EXPIRY_PAUSE_MS))
}

function expiredOfLanes(open: OpenStore, limit: number): Message[] {
  const lanes = ["", ...agedTenants(open, limit).map(({ group }) => group)]
  const expired = firstSent(open, limit).filter((one) => one.enqueuedMs <= expiredUpTo(open))
  for (const group of lanes) {
    if (expired.length >= limit) break
    const { rows } = open.tx.scan(messages, {
      index: "byTurn",
      prefix: [open.queue.store, "r", group],
      to: [expiredUpTo(open) + 1],
      limit: limit - expired.length,
    })
    expired.push(...rows)
  }
  return expired
}

/** Tenants that may have expired messages: quiet ones by age, and all noisy ones, which are few. */
function agedTenants(open: OpenStore, limit: number): Tenant[] {
  const { tx, queue } = open
  const lane = { index: "byTurn", limit }
  return [
    ...tx.scan(tenants, { ...lane, prefix: [queue.store, 0], to: [expiredUpTo(open) + 1] }).rows,
    ...tx.scan(tenants, { ...lane, prefix: [queue.store, 1] }).rows,
  ]
}

function expiredOfGroups(open: OpenStore, limit: number): Message[] {
  const { tx, queue } = open
  const aged = (lane: 0 | 1): readonly Group[] => {
    const prefix = [queue.store, lane]
    return tx.scan(groups, { index: "byTurn", prefix, to: [expiredUpTo(open) + 1], limit }).rows
  }
  const expired: Message[] = []
  for (const { group } of [...aged(0), ...aged(1)]) {
    if (expired.length >= limit) break
    const { rows } = tx.scan(messages, {
      prefix: [queue.store, group],
      limit: limit - expired.length,
    })
    for (const message of rows) {
      if (message.enqueuedMs > expiredUpTo(open) || !isAvailable(open, message)) break
      expired.push(message)
    }
  }
  return expired
}

/** Where the first is too far to be seen now, it is looked for again. */
function oldestSent(open: OpenStore): number | undefined {
  if (open.depth.sent === 0) return undefined
  return firstSent(open, 1)[0]?.enqueuedMs ?? expiredUpTo(open)
}

/** The age of the oldest message by which the next expiry is planned. */
function oldestReady(open: OpenStore): number | undefined {
  const { tx, queue } = open
  const { store, fifo } = queue
  const ages = fifo
    ? [0, 1].map((lane) => tx.first(groups, { index: "byTurn", prefix: [store, lane] })?.at)
    : [
        oldestSent(open),
        tx.first(messages, { index: "byTurn", prefix: [store, "r", ""] })?.enqueuedMs,
        tx.first(tenants, { index: "byTurn", prefix: [store, 0] })?.headMs,
        tx.first(tenants, { index: "byTurn", prefix: [store, 1] })?.headMs,
      ]
  const known = ages.filter((age) => age !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
