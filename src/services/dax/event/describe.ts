import { asks, op, type In, type Out } from "../define.ts"
import { badCombination, badValue } from "../errors.ts"
import { DAY_MS, EVENT_DAYS, EVENTS } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { events } from "./event.ts"

export const DescribeEvents = op.read("DescribeEvents", {
  authorize: asks.anything,
  run(tx, input, { account, region }): Out<"DescribeEvents"> {
    const { fromMs, toMs } = spanOf(input, tx.now)
    const { SourceName, SourceType } = input
    if (SourceName !== undefined && SourceType === undefined)
      throw badCombination("SourceType is required when SourceName is specified.")
    const found = tx
      .scan(events, { prefix: [account, region], from: [fromMs], to: [toMs + 1], limit: EVENTS })
      .rows.filter(({ sourceType }) => SourceType === undefined || sourceType === SourceType)
      .filter(({ sourceName }) => SourceName === undefined || sourceName === SourceName)
    const { items, more } = pageOf(found, input)
    const Events = items.map(({ sourceName, sourceType, message, atMs }) => ({
      ...{ SourceName: sourceName, SourceType: sourceType, Message: message, Date: atMs },
    }))
    return { Events, ...more }
  },
})

/** Epoch milliseconds. "By default, only the events occurring within the last 24 hours". */
function spanOf(
  { StartTime, EndTime, Duration }: In<"DescribeEvents">,
  now: number,
): { fromMs: number; toMs: number } {
  if (Duration !== undefined && (StartTime !== undefined || EndTime !== undefined))
    throw badCombination("Duration goes neither with StartTime nor with EndTime.")
  if (Duration !== undefined && Duration < 1) throw badValue("Duration must be positive.")
  const toMs = EndTime ?? now
  const lengthMs = Duration === undefined ? DAY_MS : Duration * 60_000
  const fromMs = StartTime ?? toMs - lengthMs
  if (fromMs > toMs) throw badCombination("StartTime must not be after EndTime.")
  return { fromMs: Math.max(fromMs, now - EVENT_DAYS * DAY_MS), toMs }
}
