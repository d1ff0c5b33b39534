import fc from "fast-check"
import { expect, test } from "vitest"
import { compilePolicy } from "../policy/compile.ts"
import { contextOf } from "../policy/context.ts"
import type { PolicySets } from "../policy/decision.ts"
import { parsePolicy, type PolicyDocument } from "../policy/document.ts"
import { evaluate } from "../policy/evaluate.ts"
import { grantedAccess, newAccess } from "./compare.ts"

/** Small worlds in which policies often touch each other. */
const ACTIONS = ["sqs:SendMessage", "sqs:DeleteQueue", "sns:Publish"]
const NAMES = ["a", "ab", "b"]
const VALUES = [undefined, "x", "y"]
const arn = (name: string): string => `arn:aws:sqs:us-east-1:123456789012:${name}`

const some = (...texts: string[]) =>
  fc.uniqueArray(fc.constantFrom(...texts), { minLength: 1, maxLength: 2 })
const statement = fc.record({
  Effect: fc.constantFrom("Allow", "Allow", "Deny"),
  actions: fc.tuple(
    fc.constantFrom("Action", "NotAction"),
    some("*", "sqs:*", "sqs:Send*", ...ACTIONS),
  ),
  resources: fc.tuple(
    fc.constantFrom("Resource", "NotResource"),
    some("*", ...["*", "a*", "?", "a", "b", "${aws:username}"].map(arn)),
  ),
  condition: fc.option(
    fc.tuple(
      fc.constantFrom("StringEquals", "StringNotEquals", "StringLike", "StringEqualsIfExists"),
      some("x", "y", "x*"),
    ),
    { nil: undefined },
  ),
})

const policy = fc.array(statement, { minLength: 1, maxLength: 3 }).map((statements) =>
  parsePolicy(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: statements.map(({ Effect, actions, resources, condition }) => ({
        Effect,
        [actions[0]]: actions[1],
        [resources[0]]: resources[1],
        ...(condition && { Condition: { [condition[0]]: { "aws:PrincipalTag/t": condition[1] } } }),
      })),
    }),
    { kind: "identity" },
  ),
)

interface Asked {
  readonly action: string
  readonly name: string
  readonly tag: string | undefined
}

const requests: readonly Asked[] = ACTIONS.flatMap((action) =>
  NAMES.flatMap((name) => VALUES.map((tag) => ({ action, name, tag }))),
)

/** What the engine decides, for a user of the name "a". */
function allows(document: PolicyDocument, { action, name, tag }: Asked): boolean {
  const account = "123456789012"
  const policies: PolicySets = { identity: [compilePolicy(document, "p")] }
  const actor = { type: "user", account, arn: `arn:aws:iam::${account}:user/a` } as const
  const context = contextOf({ "aws:username": "a", "aws:PrincipalTag/t": tag })
  const request = {
    actor,
    action,
    resource: arn(name),
    resourceAccount: account,
    context,
    policies,
  }
  return evaluate(request).allowed
}

test("where no new access is found the engine gives none", () => {
  let passed = 0
  const property = fc.property(policy, policy, (existing, updated) => {
    if (newAccess(existing, updated).length > 0) return
    passed += 1
    for (const request of requests)
      if (allows(updated, request)) expect(allows(existing, request)).toBe(true)
  })
  fc.assert(property, { numRuns: 600 })
  expect(passed).toBeGreaterThan(40)
})

test("a policy gives no new access compared to itself, and to all it allows", () => {
  const everything = parsePolicy(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "*", Resource: "*" },
    }),
    { kind: "identity" },
  )
  const property = fc.property(policy, (one) => {
    expect(newAccess(one, one)).toEqual([])
    expect(newAccess(everything, one)).toEqual([])
  })
  fc.assert(property, { numRuns: 50 })
})

test("where no access is found to be granted the engine grants none", () => {
  const property = fc.property(policy, fc.constantFrom(...requests), (document, request) => {
    const { action, name } = request
    const wanted = [{ actions: [action], resources: [arn(name)] }]
    if (grantedAccess(document, wanted).length > 0) return
    expect(allows(document, request)).toBe(false)
  })
  fc.assert(property, { numRuns: 300 })
})
