const UNIT_MS: Readonly<Record<string, number>> = Object.freeze({
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
})

/**
 * A span of time in milliseconds: a number of them, or text such as `30s`, `1h30m`, `90d`.
 * Throws RangeError for anything else.
 */
export function durationMs(span: number | string): number {
  if (typeof span === "number") {
    if (!Number.isFinite(span) || span < 0) throw new RangeError(`not a span of time: ${span}`)
    return span
  }
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+$/.test(span))
    throw new RangeError(`not a span of time: "${span}" (write 30s, 15m, 1h30m, 7d)`)
  let total = 0
  for (const [, count = "", unit = ""] of span.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g))
    total += Number(count) * (UNIT_MS[unit] ?? 0)
  return total
}
