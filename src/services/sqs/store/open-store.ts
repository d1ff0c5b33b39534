import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { arrivals, depths, emptyDepth, type Depth } from "./depth.ts"
import { lower, lowerFloor, type Floor } from "./floors.ts"
import { groups, tenants, type Tenant } from "./group.ts"
import { NOISY_IN_FLIGHT, NOISY_SHARE, NOISY_SILENCE_MS } from "../limits.ts"
import {
  insertMessage,
  isFresh,
  isWaiting,
  messages,
  removeMessage,
  type Message,
} from "./message.ts"
import { refOf, type Queue, type QueueRef } from "../queue.ts"

/** What a job that works on a store needs to find it. */
export interface StoreRef extends QueueRef {
  readonly store: number
}

/** The jobs' names and arguments, for those who plan them; jobs.ts says what they do. */
export const settleJob = job<StoreRef>("sqs/settle", {})
export const expireJob = job<StoreRef>("sqs/expire", {})

/** What one transaction has booked for one tenant. */
interface TenantBooking {
  ready: number
  inFlight: number
  sent: boolean
  /** The oldest of those that became ready. */
  oldest?: Floor | undefined
}

/** A queue's present store, opened for one transaction. `closeStore` writes what it has gathered. */
export interface OpenStore {
  readonly tx: WriteTx
  readonly queue: Queue
  readonly depth: Depth
  /** FIFO groups whose first message may be another one now. Most queues have none. */
  groups: Set<string> | undefined
  tenants: Map<string, TenantBooking> | undefined
  changed: boolean
  rung: boolean
}

export const openStore = (tx: WriteTx, queue: Queue): OpenStore => ({
  tx,
  queue,
  depth: openDepth(tx.get(depths, [queue.store]) ?? emptyDepth(queue.store)),
  groups: undefined,
  tenants: undefined,
  changed: false,
  rung: false,
})

/** A row of an older store has no messages that are `sent`. */
const openDepth = (depth: Depth): Depth => ({
  ...depth,
  sent: depth.sent ?? 0,
  sentFrom: depth.sentFrom ?? 0,
  floors: { ...depth.floors },
})

/** Writes nothing when nothing was changed: an empty receive makes no commit. */
export function closeStore(open: OpenStore): void {
  writeTurns(open)
  if (open.changed) open.tx.put(depths, open.depth)
  if (open.rung) open.tx.put(arrivals, { store: open.queue.store })
}

/** Tells long polls that something may be receivable. */
export function ring(open: OpenStore): void {
  open.rung = true
}

/** Adds a message whose key is new. */
export function addMessage(open: OpenStore, message: Message & { readonly body: string }): void {
  const { tx, depth } = open
  insertMessage(tx, message)
  // Whoever polls has found nothing: one ring, when the first message comes, is enough.
  const nothingReady = depth.total === depth.inFlight + depth.delayed
  let opensTurn = nothingReady
  if (message.fifo) opensTurn = openGroup(open, message)
  else if (message.group !== "") bookingOf(open, message.group).sent = true
  book(open, message, 1)
  if (message.state === "delayed") planDue(open, message)
  else if (opensTurn) ring(open)
  planExpiry(open, message.enqueuedMs)
}

/** Puts `next` in the place of `message`, which has the same key. */
export function replaceMessage(open: OpenStore, message: Message, next: Message): void {
  open.tx.replace(messages, message, next)
  book(open, message, -1)
  book(open, next, 1)
  if (next.fifo) touchGroup(open, next.group)
  if (next.state === "flight") planDue(open, next)
  else if (!isWaiting(message)) {
    ring(open)
    planExpiry(open, next.enqueuedMs)
  }
}

/** A message invisible for `ms` from now on; 0: visible at once. */
export const hidden = ({ tx, queue }: OpenStore, message: Message, ms: number): Message => ({
  ...message,
  state: ms > 0 ? "flight" : "ready",
  availableMs: tx.now + ms,
  order: queue.fifo ? tx.serial() : undefined,
})

export function discardMessage(open: OpenStore, message: Message): void {
  removeMessage(open.tx, message)
  book(open, message, -1)
  if (message.fifo) touchGroup(open, message.group)
}

/** Whether a message of a FIFO queue is visible. Its queue's delay counts as it is now. */
export const isAvailable = ({ tx, queue }: OpenStore, message: Message): boolean =>
  isFresh(message)
    ? message.enqueuedMs + queue.settings.delaySeconds * 1000 <= tx.now
    : message.availableMs <= tx.now

/** The last enqueue time whose messages have expired. */
export const expiredUpTo = ({ tx, queue }: OpenStore): number =>
  tx.now - queue.settings.retentionSeconds * 1000

const refOfStore = (queue: Queue): StoreRef => ({ ...refOf(queue), store: queue.store })

/** Sees to it that the settling job runs when the message comes due. */
function planDue(open: OpenStore, { fifo, state, enqueuedMs, availableMs }: Message): void {
  const delayMs = open.queue.settings.delaySeconds * 1000
  planSettling(open, fifo && state === "delayed" ? enqueuedMs + delayMs : availableMs)
}

export function planSettling(open: OpenStore, at: number): void {
  const { tx, queue, depth } = open
  if (depth.due && depth.due.at <= at) return
  if (depth.due) tx.cancel(depth.due)
  open.changed = true
  depth.due = tx.schedule(settleJob, refOfStore(queue), at)
}

/** Sees to it that the expiring job runs when the retention of a message of that age ends. */
export function planExpiry(open: OpenStore, enqueuedMs: number): void {
  const { tx, queue, depth } = open
  const at = enqueuedMs + queue.settings.retentionSeconds * 1000
  if (depth.expiry && depth.expiry.at <= at) return
  if (depth.expiry) tx.cancel(depth.expiry)
  open.changed = true
  depth.expiry = tx.schedule(expireJob, refOfStore(queue), at)
}

function book(open: OpenStore, message: Message, by: 1 | -1): void {
  const { depth } = open
  const { state, fifo, group } = message
  open.changed = true
  depth.total += by
  if (state === "flight") depth.inFlight += by
  else if (state === "delayed") depth.delayed += by
  else if (state === "sent") bookSent(depth, message, by)
  if (fifo) return
  const at = by === 1 && state === "ready" ? floorOf(message) : undefined
  if (group === "") {
    if (at) lowerFloor(depth.floors, "ready", at)
    return
  }
  const booking = bookingOf(open, group)
  if (state === "flight") booking.inFlight += by
  else if (state === "ready") booking.ready += by
  if (at) booking.oldest = booking.oldest ? lower(booking.oldest, at) : at
}

function bookSent(depth: Depth, { seq }: Message, by: 1 | -1): void {
  // None lies before the first, whatever was received or is delayed there.
  if (by === 1 && depth.sent === 0) depth.sentFrom = seq
  depth.sent += by
}

export const floorOf = ({ enqueuedMs, seq }: Message): Floor => ({ ms: enqueuedMs, seq })

function bookingOf(open: OpenStore, group: string): TenantBooking {
  open.tenants ??= new Map()
  let booking = open.tenants.get(group)
  if (!booking) open.tenants.set(group, (booking = { ready: 0, inFlight: 0, sent: false }))
  return booking
}

function touchGroup(open: OpenStore, group: string): void {
  open.groups ??= new Set()
  open.groups.add(group)
}

/** A message behind others of its group changes nothing; the first one opens the group. */
function openGroup(open: OpenStore, message: Message): boolean {
  const { store, group, seq, enqueuedMs, state } = message
  if (open.tx.get(groups, [store, group])) return false
  // It comes last: no floor sinks.
  open.tx.insert(groups, { store, group, fresh: true, at: enqueuedMs, order: seq, headSeq: seq })
  return state === "ready"
}

/** Brings the rows by which receives find their way up to what was booked. */
export function writeTurns(open: OpenStore): void {
  const { groups: touched, tenants: booked } = open
  if (touched) {
    for (const group of touched) writeGroup(open, group)
    open.groups = undefined
  }
  if (booked) {
    for (const [group, booking] of booked) writeTenant(open, group, booking)
    open.tenants = undefined
  }
}

function writeGroup(open: OpenStore, group: string): void {
  const { tx, queue } = open
  const before = tx.get(groups, [queue.store, group])
  const from = before && { from: [before.headSeq] }
  const head = tx.first(messages, { prefix: [queue.store, group], ...from })
  if (!head) {
    if (before) tx.remove(groups, before)
    return
  }
  const { store, seq, enqueuedMs, availableMs, order = seq } = head
  const turn = isFresh(head)
    ? { fresh: true, at: enqueuedMs, order: seq }
    : { fresh: false, at: availableMs, order }
  tx.put(groups, { store, group, ...turn, headSeq: seq })
  lowerFloor(open.depth.floors, turn.fresh ? "fresh" : "again", { ms: turn.at, seq: turn.order })
  if (isAvailable(open, head)) ring(open)
}

function writeTenant(open: OpenStore, group: string, booking: TenantBooking): void {
  const { tx, queue, depth } = open
  const { store } = queue
  const before = tx.get(tenants, [store, group])
  const ready = (before?.ready ?? 0) + booking.ready
  const inFlight = (before?.inFlight ?? 0) + booking.inFlight
  if (ready + inFlight === 0) {
    if (before) depth.tenants -= 1
    if (before) tx.remove(tenants, before)
    return
  }
  if (!before) depth.tenants += 1
  const floor = oldestOf(before, booking)
  const head = ready > 0 ? ofLane(open, { group, floor, limit: 1 })[0] : undefined
  const lastSentMs = booking.sent ? tx.now : (before?.lastSentMs ?? tx.now)
  const tenant: Tenant = {
    store,
    group,
    ready,
    inFlight,
    headMs: head?.enqueuedMs ?? 0,
    headSeq: head?.seq ?? 0,
    noisy: false,
    lastSentMs,
  }
  const noisy = isNoisy(open, tenant, before?.noisy === true)
  tx.put(tenants, { ...tenant, noisy })
  if (head && !noisy) lowerFloor(depth.floors, "quiet", floorOf(head))
}

/** Nothing that a tenant has ready is older. */
function oldestOf(before: Tenant | undefined, { oldest }: TenantBooking): Floor | undefined {
  if (!before || before.ready === 0) return oldest
  const head = { ms: before.headMs, seq: before.headSeq }
  return oldest ? lower(head, oldest) : head
}

/**
 * The oldest ready messages of one group of a standard queue, from a floor on; expired ones are
 * not even seen.
 */
export function ofLane(
  open: OpenStore,
  { group, floor, limit }: { group: string; floor: Floor | undefined; limit: number },
): readonly Message[] {
  const { store } = open.queue
  const alive = expiredUpTo(open) + 1
  return open.tx.scan(messages, {
    index: "byTurn",
    prefix: [store, "r", group],
    from: floor && floor.ms >= alive ? [floor.ms, store, group, floor.seq] : [alive],
    limit,
  }).rows
}

/**
 * By the tenant's share of what is in flight; once noisy, until its backlog is drained or it has
 * sent nothing for five minutes ("How Amazon SQS fair queues work").
 */
function isNoisy({ tx, depth }: OpenStore, tenant: Tenant, before: boolean): boolean {
  if (before) return tenant.ready > 0 && tx.now - tenant.lastSentMs < NOISY_SILENCE_MS
  return tenant.inFlight >= NOISY_IN_FLIGHT && tenant.inFlight > depth.inFlight * NOISY_SHARE
}
