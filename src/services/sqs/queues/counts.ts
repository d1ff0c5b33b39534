import type { ReadTx } from "../../../kernel/transaction.ts"
import type { QueueView } from "./attributes.ts"
import { depths } from "../store/depth.ts"
import { messages } from "../store/message.ts"
import type { Queue } from "../queue.ts"

/** More than this has seldom come due without the settling job having been there. */
const LOOKED_AT = 1_000

/** How many messages of a queue are visible, in flight and delayed now. */
export function countsOf(tx: ReadTx, queue: Queue): QueueView["counts"] {
  const depth = tx.get(depths, [queue.store])
  if (!depth) return { visible: 0, inFlight: 0, delayed: 0 }
  const late = depth.due && depth.due.at <= tx.now ? unsettled(tx, queue) : NOTHING
  const inFlight = depth.inFlight - late.inFlight
  const delayed = depth.delayed - late.delayed
  return { visible: depth.total - inFlight - delayed, inFlight, delayed }
}

const NOTHING = Object.freeze({ inFlight: 0, delayed: 0 })

/** Messages that still count as they were though their time has come. */
function unsettled(tx: ReadTx, { store, fifo, settings }: Queue) {
  const waiting = tx.scan(messages, {
    index: "byTurn",
    prefix: [store, "w"],
    to: [tx.now + 1],
    limit: LOOKED_AT,
  }).rows
  const inFlight = waiting.filter(({ state }) => state === "flight").length
  const delayed = waiting.length - inFlight
  if (!fifo) return { inFlight, delayed }
  const to = [tx.now - settings.delaySeconds * 1000 + 1]
  const late = tx.scan(messages, {
    index: "byTurn",
    prefix: [store, "d"],
    to,
    limit: LOOKED_AT,
  }).rows
  return { inFlight, delayed: delayed + late.length }
}
