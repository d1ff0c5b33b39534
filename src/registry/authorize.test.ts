import { expect, test } from "vitest"
import { table } from "../kernel/table.ts"
import type { ReadTx } from "../kernel/transaction.ts"
import { arn } from "./arn.ts"
import {
  authorizeBy,
  isUnchecked,
  requestTagKeys,
  resourceTagKeys,
  unchecked,
} from "./authorize.ts"
import type { Call } from "./call.ts"
import { resource } from "./resource.ts"

interface Jar {
  readonly name: string
}

const jar = resource<Jar>("AWS::Test::Jar", {
  table: table<Jar>("test/jar", { key: ({ name }) => [name] }),
  scope: "regional",
  title: "Jar",
  arn: ({ name }) => arn("sqs", "us-east-1", "210987654321", name),
  tagsOf: () => ({ team: "blue" }),
  policyOf: () => "{}",
})
const tx = {} as ReadTx
const call = { operation: "SendMessageBatch", account: "123456789012" } as Call

test("an operation asks for the action of its name, on what is declared of its resource", () => {
  const onJar = authorizeBy("sqs").on(jar, (_tx, { name }: { name: string }) => ({ name }))
  expect(onJar(tx, { name: "jam" }, call)).toEqual({
    action: "sqs:SendMessage",
    resource: "arn:aws:sqs:us-east-1:210987654321:jam",
    owner: "210987654321",
    policy: "{}",
    context: { "aws:ResourceTag/team": "blue" },
  })
})

test("what is not there yet is its ARN, and tags of the request are condition keys", () => {
  const onNew = authorizeBy("sqs").on(jar, () => "arn:aws:sqs:us-east-1:123456789012:new")
  const input = { tags: { team: "red" } }
  expect(onNew(tx, input, { ...call, operation: "CreateQueue" })).toEqual({
    action: "sqs:CreateQueue",
    resource: "arn:aws:sqs:us-east-1:123456789012:new",
    owner: "123456789012",
    context: { "aws:TagKeys": ["team"], "aws:RequestTag/team": "red" },
  })
})

test("without a resource a policy must say a star", () => {
  const asked = authorizeBy("sqs").anything(tx, {}, { ...call, operation: "ListQueues" })
  const owner = "123456789012"
  expect(asked).toEqual({ action: "sqs:ListQueues", resource: "*", owner, context: {} })
})

test.each([
  [
    { Tags: [{ Key: "a", Value: "1" }, { Key: "b" }] },
    { "aws:TagKeys": ["a", "b"], "aws:RequestTag/a": "1", "aws:RequestTag/b": "" },
  ],
  [{ Tags: [{ TagKey: "a", TagValue: "1" }] }, { "aws:TagKeys": ["a"], "aws:RequestTag/a": "1" }],
  [{ tagKeys: ["a"] }, { "aws:TagKeys": ["a"] }],
  [{ Tags: [] }, {}],
  [{ Name: "x" }, {}],
])("the tags of %j", (input, keys) => {
  expect(requestTagKeys(input)).toEqual(keys)
})

test("tags of the resource are condition keys, under the service's own name too", () => {
  const tags = { team: "blue" }
  expect(resourceTagKeys(tags)).toEqual({ "aws:ResourceTag/team": "blue" })
  expect(resourceTagKeys(tags, "ec2:ResourceTag")).toEqual({
    "aws:ResourceTag/team": "blue",
    "ec2:ResourceTag/team": "blue",
  })
  expect(resourceTagKeys(undefined)).toEqual({})
})

test("what asks nothing says why", () => {
  expect(isUnchecked(unchecked("open to all"))).toBe(true)
  expect(isUnchecked(() => ({}))).toBe(false)
})

test("names of tags are a condition key whichever way a service spells them", () => {
  for (const member of ["TagKeys", "tagKeys", "TagKeyList"])
    expect(requestTagKeys({ [member]: ["team"] })).toEqual({ "aws:TagKeys": ["team"] })
})
