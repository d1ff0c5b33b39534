import type { KeyParts } from "../../../kernel/table.ts"
import { groups, tenants, type Group } from "./group.ts"
import { messages, type Message } from "./message.ts"
import { discardMessage, expiredUpTo, isAvailable, type OpenStore } from "./open-store.ts"

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
): Message[] => {
  if (open.queue.fifo) return fromGroups(open, count, except)
  return open.depth.tenants > 0
    ? fromTenants(open, count, except)
    : fromLane(open, "", count + except.size)
        .filter((one) => !except.has(one.seq))
        .slice(0, count)
}

/** The oldest ready messages of one group of a standard queue; expired ones are not even seen. */
const fromLane = (open: OpenStore, group: string, limit: number): readonly Message[] =>
  open.tx.scan(messages, {
    index: "byTurn",
    prefix: [open.queue.store, "r", group],
    from: [expiredUpTo(open) + 1],
    limit,
  }).rows

/**
 * A fair queue: quiet tenants by the age of their messages, every message without a group being a
 * tenant of its own; noisy ones only after that, the one with the fewest in flight first.
 */
function fromTenants(open: OpenStore, count: number, except: ReadonlySet<number>): Message[] {
  const limit = count + except.size
  const lanes = ["", ...tenantNames(open, 0, count)]
  const quiet = lanes.flatMap((group) => fromLane(open, group, limit))
  const found = quiet.filter((one) => !except.has(one.seq)).sort(byAge)
  if (found.length < count) {
    for (const group of tenantNames(open, 1, count)) {
      if (found.length >= count) break
      found.push(...fromLane(open, group, limit).filter((one) => !except.has(one.seq)))
    }
  }
  return found.slice(0, count)
}

const byAge = (a: Message, b: Message): number => a.enqueuedMs - b.enqueuedMs || a.seq - b.seq

function tenantNames({ tx, queue }: OpenStore, lane: 0 | 1, limit: number): string[] {
  const prefix: KeyParts = [queue.store, lane]
  return tx.scan(tenants, { index: "byTurn", prefix, limit }).rows.map(({ group }) => group)
}

/**
 * A FIFO queue: from each group whose turn has come the messages in order, up to the first that is
 * not available (recorded); as many as possible from one group before the next.
 */
function fromGroups(open: OpenStore, count: number, except: ReadonlySet<number>): Message[] {
  const found: Message[] = []
  for (const { group } of groupsByTurn(open, count + except.size)) {
    if (found.length >= count) break
    found.push(...fromGroup(open, group, { limit: count - found.length, except }))
  }
  return found
}

function fromGroup(
  open: OpenStore,
  group: string,
  { limit, except }: { limit: number; except: ReadonlySet<number> },
): Message[] {
  const { tx, queue } = open
  const { rows } = tx.scan(messages, {
    prefix: [queue.store, group],
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
function groupsByTurn({ tx, queue }: OpenStore, limit: number): Group[] {
  const delayMs = queue.settings.delaySeconds * 1000
  const upTo = (lane: 0 | 1, at: number): readonly Group[] =>
    tx.scan(groups, { index: "byTurn", prefix: [queue.store, lane], to: [at + 1], limit }).rows
  const sinceMs = ({ fresh, at }: Group): number => (fresh ? at + delayMs : at)
  return [...upTo(0, tx.now - delayMs), ...upTo(1, tx.now)]
    .sort((a, b) => sinceMs(a) - sinceMs(b) || a.order - b.order)
    .slice(0, limit)
}
