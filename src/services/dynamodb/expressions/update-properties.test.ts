import fc from "fast-check"
import { expect, test } from "vitest"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { AttributeValue, Item } from "../values/attribute-value.ts"
import { compileProjection, compileUpdate, Substitutes } from "./expressions.ts"
import type { PathNode } from "./syntax/tree.ts"
import { items, paths, printOperand, values } from "./testing/arbitraries.ts"
import { plain } from "./testing/second-evaluator.ts"
import { clauses, naiveUpdate, printUpdate, Refused } from "./testing/second-update.ts"

/** Mostly with a map and a list, so that paths lead somewhere. */
const fitting: fc.Arbitrary<Item> = fc.oneof(
  items,
  fc.record({
    a: items.map((M) => ({ M })),
    b: fc.array(values, { minLength: 1, maxLength: 3 }).map((L) => ({ L })),
    c: values,
  }),
)

test("updates of all kinds make what a naive evaluator makes, or refuse what it refuses", () => {
  const seen = { made: 0, refused: 0 }
  fc.assert(
    fc.property(clauses, fitting, (all, item) => {
      const { text, given } = printUpdate(all)
      let update
      try {
        update = compileUpdate(text, new Substitutes(undefined, given))
      } catch (error) {
        // Paths that meet, operands that never fit.
        expect((error as AwsError).code).toBe("ValidationException")
        return
      }
      let wanted: Item | undefined
      try {
        wanted = naiveUpdate(all, item)
      } catch (error) {
        if (!(error instanceof Refused)) throw error
      }
      if (!wanted) {
        seen.refused += 1
        expect(() => update.apply(item, {})).toThrow(AwsError)
        return
      }
      seen.made += 1
      expect(plain({ M: update.apply(item, {}) as Item })).toBe(plain({ M: wanted }))
    }),
    { numRuns: 5000 },
  )
  expect(seen.made).toBeGreaterThan(100)
  expect(seen.refused).toBeGreaterThan(100)
})

/** What is left of a value when only these paths into it are wanted. */
function naivePart(
  value: AttributeValue,
  wanted: readonly PathNode["steps"][],
): AttributeValue | undefined {
  if (wanted.some(({ length }) => length === 0)) return value
  const into = (step: string | number) =>
    wanted.filter(([first]) => first === step).map(([, ...rest]) => rest)
  if ("L" in value) {
    const L = value.L.flatMap((one, i) => partIn(one, into(i)))
    return L.length > 0 ? { L } : undefined
  }
  if (!("M" in value)) return undefined
  const members = Object.entries(value.M).flatMap(([name, one]) =>
    partIn(one, into(name)).map((part) => [name, part] as const),
  )
  return members.length > 0 ? { M: Object.fromEntries(members) } : undefined
}

function partIn(
  value: AttributeValue,
  wanted: readonly PathNode["steps"][],
): readonly AttributeValue[] {
  const part = wanted.length > 0 ? naivePart(value, wanted) : undefined
  return part ? [part] : []
}

test("projections give what a naive evaluator gives", () => {
  let some = 0
  fc.assert(
    fc.property(items, fc.array(paths, { minLength: 1, maxLength: 4 }), (item, wanted) => {
      let projection
      try {
        projection = compileProjection(wanted.map(printOperand).join(), new Substitutes())
      } catch {
        return
      }
      const expected = naivePart({ M: item }, wanted.map(({ steps }) => steps)) ?? { M: {} } // prettier-ignore
      if (plain(expected) !== plain({ M: {} })) some += 1
      expect(plain({ M: projection.of(item) })).toBe(plain(expected))
    }),
    { numRuns: 2000 },
  )
  expect(some).toBeGreaterThan(100)
})
