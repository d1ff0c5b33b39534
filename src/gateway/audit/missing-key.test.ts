import { expect, test } from "vitest"
import type { AccessRequest } from "../../iam/access.ts"
import { table } from "../../kernel/table.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import type { Call } from "../../registry/call.ts"
import { resource } from "../../registry/resource.ts"
import { missingKeys } from "./missing-key.ts"

const QUEUE = "arn:aws:sqs:us-east-1:123456789012:jobs"

const row = { arn: QUEUE, tags: { team: "red" } }
const kind = resource<typeof row>("AWS::SQS::Queue", {
  table: table<typeof row>("missing-key/test", { key: ({ arn }) => [arn] }),
  ...{ scope: "regional", title: "Queue" },
  arn: ({ arn }) => arn,
  tagsOf: ({ tags }) => tags,
  find: () => row,
})

interface Asked extends Partial<AccessRequest> {
  readonly input?: object
  readonly signed?: boolean
}

function missing({ input = {}, signed = false, ...request }: Asked): string | undefined {
  const call = { account: "123456789012", region: "us-east-1", ...(signed && { signing: {} }) }
  return missingKeys()(
    {} as ReadTx,
    { action: "sqs:SendMessage", resource: QUEUE, owner: "123456789012", ...request },
    { input, call: call as unknown as Call, resources: [kind] },
  )
}

const ofTeam = { "aws:ResourceTag/team": "red" }

test.each<[string, Asked, string | undefined]>([
  ["all that it should", { context: ofTeam }, undefined],
  [
    "no tags of the resource",
    {},
    `sqs:SendMessage on ${QUEUE} lacks aws:ResourceTag: aws:ResourceTag/team should be red, is undefined`,
  ],
  [
    "another value of a tag",
    { context: { "aws:ResourceTag/team": "blue" } },
    `sqs:SendMessage on ${QUEUE} lacks aws:ResourceTag: aws:ResourceTag/team should be red, is blue`,
  ],
  [
    "no tags of the request",
    { action: "sqs:TagQueue", input: { Tags: { cost: "7" } }, context: ofTeam },
    `sqs:TagQueue on ${QUEUE} lacks aws:RequestTag: aws:RequestTag/cost should be 7, is undefined`,
  ],
  [
    "nothing of a member of the request",
    { action: "sts:AssumeRole", resource: "*", input: { ExternalId: "x" } },
    "sts:AssumeRole on * lacks sts:ExternalId: sts:ExternalId should be x, is undefined",
  ],
  [
    "nothing of who signed",
    { action: "kms:CreateAlias", resource: "*", signed: true },
    "kms:CreateAlias on * lacks kms:CallerAccount: signed",
  ],
  [
    "a key of which is said that there is none",
    {
      ...{ action: "kms:GenerateRandom", resource: "*" },
      context: { "kms:RecipientAttestation:PCR0": "x" },
    },
    "kms:GenerateRandom carries kms:RecipientAttestation after all, of which is said: no such hardware here",
  ],
  ["what a service asks that is not here", { action: "lambda:InvokeFunction" }, undefined],
])("of a request that carries %s is told what is missing", (_what, asked, fault) => {
  expect(missing(asked)).toEqual(fault)
})
