import type { KeyParts } from "../../../kernel/table.ts"
import { raiseFloor, type Floor } from "./floors.ts"
import { groups, tenants, type Group, type Tenant } from "./group.ts"
import { messages, type Message } from "./message.ts"
import {
  discardMessage,
  expiredUpTo,
  floorOf,
  isAvailable,
  ofLane,
  type OpenStore,
} from "./open-store.ts"
import { firstSent } from "./unreceived.ts"

/** Tenants with expired messages that a receive looks at; the expiring job is there each second. */
const AGED_TENANTS = 32

const NONE: ReadonlySet<number> = Object.freeze(new Set<number>([]))

/**
 * Up to `count` messages that a receive may have now, in the order of delivery, without those whose
 * `seq` is in `except`. The caller takes, moves or leaves them. Expired messages that stand in the
 * way go.
 */
export const receivable = (
  open: OpenStore,
  count: number,
  except: ReadonlySet<number> = NONE,
): readonly Message[] => {
  if (open.queue.fifo) return fromGroups(open, count, except)
  const limit = count + except.size
  const found = open.depth.tenants > 0 ? fromTenants(open, limit) : withoutGroup(open, limit)
  if (except.size === 0 && found.length <= count) return found
  return found.filter((one) => !except.has(one.seq)).slice(0, count)
}

/** The oldest messages without a group: what nobody has received yet, and what has come back. */
function withoutGroup(open: OpenStore, limit: number): readonly Message[] {
  const { total, inFlight, delayed, sent } = open.depth
  const sentOnes = unexpired(open, firstSent(open, limit))
  if (total === inFlight + delayed + sent) return sentOnes
  const readyOnes = readyWithoutGroup(open, limit)
  return sentOnes.length === 0 ? readyOnes : [...sentOnes, ...readyOnes].sort(byAge).slice(0, limit)
}

/** The next receive begins to look where they begin. */
function readyWithoutGroup(open: OpenStore, limit: number): readonly Message[] {
  const { tx, depth } = open
  const { floors } = depth
  const found = ofLane(open, { group: "", floor: floors.ready, limit })
  raiseFloor(floors, "ready", { first: found[0] && floorOf(found[0]), upTo: tx.now })
  return found
}

/** Messages that follow each other, without the expired ones, which go. */
function unexpired(open: OpenStore, found: readonly Message[]): readonly Message[] {
  const aliveMs = expiredUpTo(open) + 1
  if (!found[0] || found[0].enqueuedMs >= aliveMs) return found
  for (const message of found) if (message.enqueuedMs < aliveMs) discardMessage(open, message)
  return found.filter((message) => message.enqueuedMs >= aliveMs)
}

/**
 * A fair queue: quiet tenants by the age of their messages, every message without a group being a
 * tenant of its own; noisy ones only after that, the one with the fewest in flight first.
 */
function fromTenants(open: OpenStore, limit: number): Message[] {
  const ofTenant = ({ group, headMs, headSeq }: Tenant, count: number): readonly Message[] =>
    ofLane(open, { group, floor: { ms: headMs, seq: headSeq }, limit: count })
  const quiet = quietTenants(open, limit).flatMap((tenant, older) =>
    // Those before it have at least one older message each.
    ofTenant(tenant, limit - older),
  )
  quiet.push(...agedTenants(open).flatMap((tenant) => ofTenant(tenant, limit)))
  const found = [...withoutGroup(open, limit), ...quiet].sort(byAge)
  if (found.length < limit) {
    for (const tenant of noisyTenants(open, limit + AGED_TENANTS)) {
      if (found.length >= limit) break
      found.push(...ofTenant(tenant, limit))
    }
  }
  return found
}

const byAge = (a: Message, b: Message): number => a.enqueuedMs - b.enqueuedMs || a.seq - b.seq

function quietTenants(open: OpenStore, limit: number): readonly Tenant[] {
  const { tx, queue, depth } = open
  const { floors } = depth
  const aliveMs = expiredUpTo(open) + 1
  const { quiet } = floors
  const found = tx.scan(tenants, {
    index: "byTurn",
    prefix: [queue.store, 0],
    ...(quiet && quiet.ms >= aliveMs ? fromFloor(quiet) : { from: [aliveMs] }),
    limit,
  }).rows
  const first = found[0] && { ms: found[0].headMs, seq: found[0].headSeq }
  raiseFloor(floors, "quiet", { first, upTo: tx.now })
  return found
}

/**
 * Quiet tenants whose oldest message has expired, until the expiring job has been there: what they
 * have behind it is not in order of their heads.
 */
function agedTenants(open: OpenStore): readonly Tenant[] {
  const { tx, queue } = open
  return tx.scan(tenants, {
    index: "byTurn",
    prefix: [queue.store, 0],
    to: [expiredUpTo(open) + 1],
    limit: AGED_TENANTS,
  }).rows
}

const noisyTenants = ({ tx, queue }: OpenStore, limit: number): readonly Tenant[] =>
  tx.scan(tenants, { index: "byTurn", prefix: [queue.store, 1], limit }).rows

const fromFloor = (floor: Floor | undefined): { from?: KeyParts } =>
  floor ? { from: [floor.ms, floor.seq] } : {}

/**
 * A FIFO queue: from each group whose turn has come the messages in order, up to the first that is
 * not available (recorded); as many as possible from one group before the next.
 */
function fromGroups(open: OpenStore, count: number, except: ReadonlySet<number>): Message[] {
  const found: Message[] = []
  for (const group of groupsByTurn(open, count + except.size)) {
    if (found.length >= count) break
    found.push(...fromGroup(open, group, { limit: count - found.length, except }))
  }
  return found
}

function fromGroup(
  open: OpenStore,
  { group, headSeq }: Group,
  { limit, except }: { limit: number; except: ReadonlySet<number> },
): Message[] {
  const { tx, queue } = open
  const { rows } = tx.scan(messages, {
    prefix: [queue.store, group],
    from: [headSeq],
    limit: limit + except.size,
  })
  const found: Message[] = []
  for (const message of rows) {
    if (found.length === limit || !isAvailable(open, message)) break
    if (except.has(message.seq)) continue
    if (message.enqueuedMs <= expiredUpTo(open)) discardMessage(open, message)
    else found.push(message)
  }
  return found
}

/** Groups whose first message is available, by the moment since when it is. */
function groupsByTurn(open: OpenStore, limit: number): Group[] {
  const { tx, queue } = open
  const delayMs = queue.settings.delaySeconds * 1000
  const sinceMs = ({ fresh, at }: Group): number => (fresh ? at + delayMs : at)
  const fresh = turnsOf(open, { lane: "fresh", upTo: tx.now - delayMs, limit })
  return [...fresh, ...turnsOf(open, { lane: "again", upTo: tx.now, limit })]
    .sort((a, b) => sinceMs(a) - sinceMs(b) || a.order - b.order)
    .slice(0, limit)
}

function turnsOf(
  { tx, queue, depth }: OpenStore,
  { lane, upTo, limit }: { lane: "fresh" | "again"; upTo: number; limit: number },
): readonly Group[] {
  const { floors } = depth
  const floor = floors[lane]
  if (floor && floor.ms > upTo) return []
  const prefix = [queue.store, lane === "fresh" ? 0 : 1]
  const range = { prefix, ...fromFloor(floor), to: [upTo + 1], limit }
  const found = tx.scan(groups, { index: "byTurn", ...range }).rows
  raiseFloor(floors, lane, { first: found[0] && { ms: found[0].at, seq: found[0].order }, upTo })
  return found
}
