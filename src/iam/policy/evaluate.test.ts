import { assert, array, constantFrom, property, record, subarray } from "fast-check"
import { expect, test } from "vitest"
import type { ContextValue } from "./context.ts"
import { basics } from "./testing/decisions/basics.ts"
import { conditions } from "./testing/decisions/conditions.ts"
import { documented } from "./testing/decisions/documented.ts"
import { grids } from "./testing/decisions/grids.ts"
import { levels } from "./testing/decisions/levels.ts"
import { limits } from "./testing/decisions/limits.ts"
import { otherAccount, others } from "./testing/decisions/other-callers.ts"
import { sameAccount } from "./testing/decisions/same-account.ts"
import { trust } from "./testing/decisions/trust.ts"
import { evaluate } from "./evaluate.ts"
import {
  ANONYMOUS,
  outcomeOf,
  QUEUE,
  requestOf,
  ROOT,
  SESSION,
  SNS,
  STRANGER,
  USER,
  type Case,
  type Said,
} from "./testing/case.ts"

const decide = (one: Omit<Case, "title" | "expect">): string =>
  outcomeOf(evaluate(requestOf({ title: "", expect: "", ...one })))

test.each(basics)("$title", (one) => expect(decide(one)).toBe(one.expect))
test.each(limits)("$title", (one) => expect(decide(one)).toBe(one.expect))
test.each(sameAccount)("$title", (one) => expect(decide(one)).toBe(one.expect))
test.each(otherAccount)("$title", (one) => expect(decide(one)).toBe(one.expect))
test.each(others)("$title", (one) => expect(decide(one)).toBe(one.expect))
test.each(trust)("$title", (one) => expect(decide(one)).toBe(one.expect))
test.each(grids)("$title", (one) => expect(decide(one)).toBe(one.expect))
test.each(levels)("$title", (one) => expect(decide(one)).toBe(one.expect))
test.each(documented)("$title", (one) => expect(decide(one)).toBe(one.expect))
test.each(conditions)("$title", (one) => expect(decide(one)).toBe(one.expect))

const ACTIONS = ["sqs:SendMessage", "sqs:ReceiveMessage", "s3:GetObject"]
const RESOURCES = [QUEUE, `${QUEUE}2`, "arn:aws:s3:::photos/a", "*"]
const CONTEXTS: readonly Readonly<Record<string, ContextValue>>[] = [
  {},
  { "x:key": "a" },
  { "x:key": ["a", "b"] },
]

const actions = subarray(["*", "sqs:*", "sqs:Send*", "s3:GetObject", "sqs:receivemessage"], {
  minLength: 1,
})
const resources = subarray(["*", QUEUE, `${QUEUE}*`, "arn:aws:s3:::*"], { minLength: 1 })
const condition = constantFrom<Said>(
  {},
  { StringEquals: { "x:key": "a" } },
  { StringNotEquals: { "x:key": "a" } },
  { "ForAllValues:StringLike": { "x:key": "a*" } },
  { Null: { "x:key": "true" } },
)
const said = record({
  Effect: constantFrom("Allow", "Deny"),
  Action: actions,
  Resource: resources,
  Condition: condition,
})
const identity = array(said, { maxLength: 6 })
const asked = record({
  actor: constantFrom(USER, ROOT, SESSION, STRANGER, SNS, ANONYMOUS),
  action: constantFrom(...ACTIONS),
  resource: constantFrom(...RESOURCES),
  context: constantFrom(...CONTEXTS),
  policy: array(
    said.map((one) => ({ ...one, Principal: "*" })),
    { maxLength: 2 },
  ),
})
const everywhere = { Effect: "Deny", Action: "*", Resource: "*" }

test("IAM-44 a Deny that matches wins over whatever else there is", () => {
  assert(
    property(asked, identity, (question, statements) => {
      if (question.actor.account === "") return
      expect(decide({ ...question, identity: [...statements, everywhere] })).toMatch(/^deny /)
    }),
    { numRuns: 200 },
  )
})

test("one more Allow never takes away", () => {
  assert(
    property(asked, identity, said, (question, statements, more) => {
      const added = [...statements, { ...more, Effect: "Allow" }]
      if (decide({ ...question, identity: statements }) === "allow")
        expect(decide({ ...question, identity: added })).toBe("allow")
    }),
    { numRuns: 200 },
  )
})

test("one more Deny never gives", () => {
  assert(
    property(asked, identity, said, (question, statements, more) => {
      const added = [...statements, { ...more, Effect: "Deny" }]
      if (decide({ ...question, identity: statements }) !== "allow")
        expect(decide({ ...question, identity: added })).not.toBe("allow")
    }),
    { numRuns: 200 },
  )
})

test("NotAction and NotResource mean what Action and Resource leave", () => {
  assert(
    property(asked, actions, resources, (question, Action, Resource) => {
      const one = { ...question, actor: USER, policy: [] }
      const says = (statement: Said) =>
        decide({ ...one, identity: [{ Effect: "Allow", ...statement }] })
      expect(says({ Action, Resource: "*" })).not.toBe(says({ NotAction: Action, Resource: "*" }))
      expect(says({ Action: "*", Resource })).not.toBe(says({ Action: "*", NotResource: Resource }))
    }),
    { numRuns: 200 },
  )
})

test("the order of statements does not matter", () => {
  assert(
    property(asked, identity, (question, statements) => {
      const reversed = statements.toReversed()
      expect(decide({ ...question, identity: statements })).toBe(
        decide({ ...question, identity: reversed }),
      )
    }),
    { numRuns: 200 },
  )
})

test("a pattern of thousands of wildcards takes no longer than its length", () => {
  const Resource = `arn:aws:s3:::${"*a".repeat(2_000)}b`
  const resource = `arn:aws:s3:::${"a".repeat(2_000)}`
  expect(decide({ identity: [{ ...everywhere, Effect: "Allow", Resource }], resource })).toBe(
    "no identity",
  )
})
