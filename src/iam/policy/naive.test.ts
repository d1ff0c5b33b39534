import {
  array,
  assert,
  constant,
  constantFrom,
  oneof,
  property,
  record,
  shuffledSubarray,
  subarray,
  type Arbitrary,
} from "fast-check"
import { expect, test } from "vitest"
import { evaluate } from "./evaluate.ts"
import {
  ACCOUNT,
  ANONYMOUS,
  FEDERATED,
  LINKED,
  OTHER,
  outcomeOf,
  QUEUE,
  requestOf,
  ROOT,
  SESSION,
  SNS,
  STRANGE_ROOT,
  STRANGE_SESSION,
  STRANGER,
  USER,
  type Said,
} from "./testing/case.ts"
import { naiveDecision, type NaiveRequest } from "./testing/naive.ts"

const ACTORS = [
  ...[USER, ROOT, SESSION, FEDERATED, LINKED, STRANGER, STRANGE_ROOT, STRANGE_SESSION],
  ...[SNS, ANONYMOUS],
]
const ACTIONS = ["sqs:SendMessage", "sqs:ReceiveMessage", "s3:GetObject", "iam:CreateUser"]
const HOME = "arn:aws:s3:::home"
const RESOURCES = [QUEUE, `${QUEUE}2`, `${HOME}/ann/x`, `${HOME}/bob/x`, `${HOME}/*`, "*"]

const some = (values: readonly string[]): Arbitrary<string[]> =>
  subarray([...values], { minLength: 1, maxLength: 3 })
const actions = some([
  "*",
  "sqs:*",
  "SQS:sendmessage",
  "sqs:Send*",
  "s?s:*",
  "s3:GetObject",
  "iam:*",
])
const resources = some([
  ...["*", QUEUE, `${QUEUE}*`, "arn:aws:s3:::*", "arn:aws:*:*:*:jobs", "arn:aws:sqs:eu-*:*:*"],
  ...[`${HOME}/\${aws:username}/*`, `${HOME}/\${aws:userid, 'bob'}/*`, `${HOME}/\${x:star}`],
])
const principal = constantFrom<unknown>(
  ...["*", { AWS: "*" }, { AWS: ACCOUNT }, { AWS: `arn:aws:iam::${OTHER}:root` }],
  ...[USER, SESSION, STRANGER, STRANGE_SESSION, FEDERATED].map(({ arn }) => ({ AWS: [arn] })),
  ...[{ AWS: [SESSION.parentArn, USER.arn] }, { AWS: STRANGE_SESSION.parentArn }],
  ...[{ AWS: [SESSION.uniqueId, USER.uniqueId] }, { AWS: `${SESSION.uniqueId}:other` }],
  { AWS: [`${SESSION.uniqueId}:${SESSION.arn.split("/").at(-1)}`] },
  { Service: SNS.arn },
)
const condition = constantFrom<Said>(
  ...[{}, {}, {}],
  { StringEquals: { "x:key": ["a", "c"] } },
  { StringNotEquals: { "x:key": "a" } },
  { StringEqualsIfExists: { "x:key": "a" } },
  { StringLike: { "x:key": ["a*", "${x:star}"] } },
  { StringNotLike: { "x:key": "?" } },
  { "ForAllValues:StringLike": { "x:list": ["a*"] } },
  { "ForAllValues:StringNotEquals": { "x:list": "a" } },
  { "ForAnyValue:StringEquals": { "x:list": ["a", "b"] } },
  { "ForAnyValue:StringNotEquals": { "x:list": "a" } },
  { Null: { "x:key": "true" }, StringEquals: { "aws:username": "ann" } },
  { Null: { "X:KEY": "false" } },
  { NumericLessThan: { "x:number": "10" } },
  { BoolIfExists: { "x:bool": "true" } },
  { ArnLike: { "x:arn": "arn:aws:sns:*:111111111111:*" } },
  { ArnNotLike: { "x:arn": "arn:aws:sns:*:111111111111:*" } },
)
const context = record(
  {
    "X:Key": constantFrom("a", "b", "abc", "*"),
    "x:list": constantFrom<string[]>([], ["a"], ["a", "b"], ["b", "c"], ["ab", "ac"]),
    "x:number": constantFrom("9", "10", "11.5"),
    "x:bool": constantFrom("true", "False"),
    "x:arn": constantFrom("arn:aws:sns:us-east-1:111111111111:t", "arn:aws:sns:::t"),
    "x:star": constantFrom("*"),
    "aws:username": constantFrom("ann", "bob"),
    "aws:userid": constantFrom("ann"),
  },
  { requiredKeys: [] },
)

const effect = constantFrom("Allow", "Allow", "Allow", "Allow", "Allow", "Deny")
const acts = actions.chain((list) =>
  constantFrom({ Action: list }, { Action: "*" }, { NotAction: list }),
)
const about = resources.chain((list) =>
  constantFrom<Said>({ Resource: list }, { Resource: "*" }, { NotResource: list }),
)
const said: Arbitrary<Said> = record({ effect, acts, about, condition }).map((one) => ({
  Effect: one.effect,
  ...one.acts,
  ...one.about,
  Condition: one.condition,
}))
const placed = record({ said, principal }).map(({ said: one, principal: Principal }) => ({
  ...one,
  Principal,
}))
const everyones = said.map((one) => ({ ...one, Principal: "*" }))
const FULL: Said = { Effect: "Allow", Action: "*", Resource: "*" }
const levels = (one: Arbitrary<Said>, full: Said): Arbitrary<Said[][]> =>
  array(
    array(one, { maxLength: 2 }).map((more) => (more.length === 1 ? more : [full, ...more])),
    { maxLength: 2 },
  )
const sometimes = <One>(one: Arbitrary<One>): Arbitrary<One | undefined> =>
  oneof({ weight: 3, arbitrary: constant(undefined) }, { weight: 1, arbitrary: one })

const request: Arbitrary<NaiveRequest> = record({
  actor: constantFrom(...ACTORS),
  action: constantFrom(...ACTIONS),
  resource: constantFrom(...RESOURCES),
  owner: constantFrom(ACCOUNT, ACCOUNT, OTHER),
  context,
  identity: array(said, { maxLength: 4 }),
  policy: array(placed, { maxLength: 4 }),
  boundary: sometimes(array(said, { maxLength: 2 })),
  session: sometimes(array(said, { maxLength: 2 })),
  endpoint: sometimes(array(placed, { maxLength: 2 })),
  scps: levels(said, FULL),
  rcps: levels(everyones, { ...FULL, Principal: "*" }),
})

const RUNS = { numRuns: 3_000 }
const decide = (one: NaiveRequest): "allow" | "deny" | "no" => {
  const outcome = outcomeOf(evaluate(requestOf({ title: "", expect: "", ...one })))
  return outcome.split(" ")[0] as "allow" | "deny" | "no"
}

test("IAM-43 IAM-44 IAM-45 decisions are those of a naive reading of AWS's flow chart", () => {
  const seen = { allow: 0, deny: 0, no: 0 }
  assert(
    property(request, (one) => {
      const wanted = naiveDecision(one)
      seen[wanted]++
      expect(decide(one)).toBe(wanted)
    }),
    RUNS,
  )
  // Otherwise the requests would show nothing.
  expect(Math.min(seen.allow, seen.deny, seen.no)).toBeGreaterThan(RUNS.numRuns / 30)
})

const shuffled = <One>(list: readonly One[]): Arbitrary<One[]> =>
  shuffledSubarray([...list], { minLength: list.length })

test("the order of statements and policies does not matter", () => {
  assert(
    property(
      request.chain((one) =>
        record({
          one: constantFrom(one),
          identity: shuffled(one.identity),
          policy: shuffled(one.policy),
          scps: shuffled(one.scps),
          rcps: shuffled(one.rcps),
        }),
      ),
      ({ one, ...other }) => {
        expect(decide({ ...one, ...other })).toBe(decide(one))
      },
    ),
    { numRuns: 500 },
  )
})

test("one more Deny, wherever it stands, never gives", () => {
  const where = constantFrom("identity", "policy", "boundary", "session", "endpoint")
  assert(
    property(request, placed, where, (one, more, kind) => {
      if (one[kind as "identity"] === undefined || decide(one) === "allow") return
      const { Principal, ...rest } = { ...more, Effect: "Deny" }
      const deny = kind === "policy" || kind === "endpoint" ? { ...rest, Principal } : rest
      expect(decide({ ...one, [kind]: [...one[kind as "identity"], deny] })).not.toBe("allow")
    }),
    { numRuns: 500 },
  )
})
