import type { Key, Value } from "../../../src/kernel/engine.ts"
import { decodeKey } from "../../../src/kernel/key.ts"
import { timers } from "../../../src/kernel/later/later-rows.ts"
import { decodeRow } from "../../../src/kernel/table.ts"
import type { Queue } from "../../../src/services/sqs/queue.ts"
import { depths, emptyDepth, type Depth } from "../../../src/services/sqs/store/depth.ts"
import type { Floor } from "../../../src/services/sqs/store/floors.ts"
import { groups, tenants, type Group, type Tenant } from "../../../src/services/sqs/store/group.ts"
import {
  bodies,
  isFresh,
  isWaiting,
  messages as messageTable,
  type Message,
} from "../../../src/services/sqs/store/message.ts"
import { queues } from "../../../src/services/sqs/queue.ts"

/** The rows of one queue's present messages. */
interface StoreRows {
  readonly queue: Queue
  readonly depth: Depth
  readonly messages: readonly Message[]
  readonly groups: readonly Group[]
  readonly tenants: readonly Tenant[]
  /** The numbers of messages whose bodies lie apart. */
  readonly apart: ReadonlySet<number>
  readonly timers: ReadonlySet<number>
  readonly nowMs: number
}

const TABLES = Object.freeze([queues, depths, messageTable, groups, tenants, bodies, timers])

/** Everything in which the rows of the queues contradict each other, at any commit. */
export function checkStructure(entries: Iterable<readonly [Key, Value]>, nowMs: number): string[] {
  const rows = new Map<string, object[]>(TABLES.map(({ name }) => [name, []]))
  for (const [key, value] of entries) {
    const name = String(decodeKey(key)[0])
    const table = TABLES.find((one) => one.name === name)
    if (table) rows.get(name)?.push(decodeRow(table as never, value))
  }
  const of = <Row extends object>(table: { name: string }): Row[] => rows.get(table.name) as Row[]
  const planned = new Set(of<{ serial: number }>(timers).map(({ serial }) => serial))
  return of<Queue>(queues).flatMap((queue) => {
    const own = <Row extends { store: number }>(table: { name: string }): Row[] =>
      of<Row>(table).filter(({ store }) => store === queue.store)
    const found = checkQueue({
      queue,
      depth: own<Depth>(depths)[0] ?? emptyDepth(queue.store),
      messages: own(messageTable),
      groups: own(groups),
      tenants: own(tenants),
      apart: new Set(own<{ store: number; seq: number }>(bodies).map(({ seq }) => seq)),
      timers: planned,
      nowMs,
    })
    return found.map((wrong) => `${queue.name}: ${wrong}`)
  })
}

function checkQueue(rows: StoreRows): string[] {
  const { queue } = rows
  return [
    ...checkDepth(rows),
    ...checkPlans(rows),
    ...checkBodies(rows),
    ...(queue.fifo ? checkGroups(rows) : checkTenants(rows)),
  ]
}

const count = (all: readonly Message[], state: Message["state"]): number =>
  all.filter((message) => message.state === state).length

function checkDepth({ depth, messages: all, tenants: known }: StoreRows): string[] {
  const told = [depth.total, depth.inFlight, depth.delayed, depth.sent, depth.tenants].join()
  const states = (["flight", "delayed", "sent"] as const).map((state) => count(all, state))
  const real = [all.length, ...states, known.length].join()
  return told === real ? [] : [`its depth tells of ${told}, and there are ${real}`]
}

/** What waits for a time is planned for. */
function checkPlans({ queue, depth, messages: all, timers: planned }: StoreRows): string[] {
  const wrong: string[] = []
  for (const plan of [depth.due, depth.expiry])
    if (plan && !planned.has(plan.serial)) wrong.push("a plan without its timer")
  const delayMs = queue.settings.delaySeconds * 1000
  const due = all
    .filter((message) => !isWaiting(message))
    .map(({ fifo, state, enqueuedMs, availableMs }) =>
      fifo && state === "delayed" ? enqueuedMs + delayMs : availableMs,
    )
  if (due.length > 0 && !(depth.due && depth.due.at <= Math.min(...due)))
    wrong.push("nothing is planned for what becomes due")
  if (all.some(isWaiting) && !depth.expiry) wrong.push("nothing is planned for what expires")
  return wrong
}

function checkBodies({ messages: all, apart }: StoreRows): string[] {
  const needed = all.filter(({ body }) => body === undefined).map(({ seq }) => seq)
  const lost = needed.filter((seq) => !apart.has(seq)).map((seq) => `${seq} has no body`)
  const left = [...apart].filter((seq) => !needed.includes(seq))
  return [...lost, ...left.map((seq) => `the body of ${seq} was left behind`)]
}

function checkGroups({ depth, messages: all, groups: known }: StoreRows): string[] {
  const wrong: string[] = []
  const heads = new Map<string, Message>()
  for (const message of all) {
    const head = heads.get(message.group)
    if (!head || message.seq < head.seq) heads.set(message.group, message)
  }
  for (const [group, head] of heads) {
    const row = known.find((one) => one.group === group)
    const fresh = isFresh(head)
    const at = fresh ? head.enqueuedMs : head.availableMs
    if (row?.headSeq !== head.seq || row.fresh !== fresh || row.at !== at)
      wrong.push(`group ${group} begins with ${JSON.stringify(head)}, not ${JSON.stringify(row)}`)
  }
  for (const { group, fresh, at, order } of known) {
    if (!heads.has(group)) wrong.push(`group ${group} has no message`)
    const floor = fresh ? depth.floors.fresh : depth.floors.again
    if (isBelow({ ms: at, seq: order }, floor)) wrong.push(`group ${group} lies below its floor`)
  }
  return wrong
}

function checkTenants({ queue, depth, messages, tenants: known, nowMs }: StoreRows): string[] {
  const wrong: string[] = []
  // Receives do not see what has expired; the job takes it in its own time.
  const expiredMs = nowMs - queue.settings.retentionSeconds * 1000
  const all = messages.filter(({ enqueuedMs }) => enqueuedMs > expiredMs)
  const grouped = Map.groupBy(
    all.filter(({ group }) => group !== ""),
    ({ group }) => group,
  )
  for (const { group, ready, inFlight, noisy, headMs, headSeq } of known) {
    const own = messages.filter((message) => message.group === group)
    const real = `${count(own, "ready")},${count(own, "flight")}`
    if (`${ready},${inFlight}` !== real)
      wrong.push(`tenant ${group} tells of ${ready},${inFlight}, and there are ${real}`)
    // Without a head, all that is ready has expired.
    if (
      !noisy &&
      ready > 0 &&
      headSeq > 0 &&
      isBelow({ ms: headMs, seq: headSeq }, depth.floors.quiet)
    )
      wrong.push(`tenant ${group} lies below its floor`)
    for (const { state, enqueuedMs, seq } of grouped.get(group) ?? [])
      if (state === "ready" && isBelow({ ms: enqueuedMs, seq }, { ms: headMs, seq: headSeq }))
        wrong.push(`message ${seq} lies before its tenant's head`)
  }
  for (const [group, own] of grouped)
    if (own.some(({ state }) => state !== "delayed") && !known.some((one) => one.group === group))
      wrong.push(`tenant ${group} is not known`)
  for (const { group, state, enqueuedMs, seq } of all)
    if (group === "" && state === "ready" && isBelow({ ms: enqueuedMs, seq }, depth.floors.ready))
      wrong.push(`message ${seq} lies below the floor`)
  for (const { group, state, receives, seq } of all)
    if (state === "sent" && (group !== "" || receives > 0 || seq < depth.sentFrom))
      wrong.push(`message ${seq} is not where first receives look`)
  return wrong
}

const isBelow = (at: Floor, floor: Floor | undefined): boolean =>
  floor !== undefined && (at.ms < floor.ms || (at.ms === floor.ms && at.seq < floor.seq))
