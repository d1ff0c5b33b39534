import { parseOperator, type Operator } from "../policy/conditions.ts"
import type { ConditionTest } from "../policy/document.ts"
import { isWithin, patternOf } from "./pattern.ts"

/**
 * Whether the first conditions, which all hold, make the second ones hold: for each of these there
 * is one of those that asks as much or more of the same key. Careful: a doubt is a no.
 */
export function conditionsImply(
  given: readonly ConditionTest[],
  wanted: readonly ConditionTest[],
): boolean {
  return wanted.every((test) => given.some((one) => testImplies(one, test)))
}

function testImplies(given: ConditionTest, wanted: ConditionTest): boolean {
  if (given.key.toLowerCase() !== wanted.key.toLowerCase()) return false
  const [one, other] = [parseOperator(given.operator), parseOperator(wanted.operator)]
  if (!one || !other || !comparable(one, other)) return false
  // What refuses more values asks more; what takes fewer values asks more.
  if (one.negated)
    return wanted.values.every((value) =>
      given.values.some((out) => within(other, value, one, out)),
    )
  return given.values.every((value) =>
    wanted.values.some((whole) => within(one, value, other, whole)),
  )
}

/** The same question, perhaps once with wildcards; IfExists asks less. */
const comparable = (given: Operator, wanted: Operator): boolean =>
  given.set === wanted.set &&
  given.negated === wanted.negated &&
  (given.ifExists === wanted.ifExists || (wanted.ifExists && given.set === undefined)) &&
  (given.base === wanted.base || (TEXTS.has(given.base) && TEXTS.has(wanted.base)))

const TEXTS: ReadonlySet<string> = Object.freeze(new Set(["string", "string-like"]))

function within(one: Operator, value: string, other: Operator, whole: string): boolean {
  if (value === whole && one.base === other.base) return true
  if (!TEXTS.has(one.base)) return false
  const inner = patternOf(value, { wildcards: one.base === "string-like" })
  const outer = patternOf(whole, { wildcards: other.base === "string-like", variables: "itself" })
  return isWithin(inner, outer)
}
