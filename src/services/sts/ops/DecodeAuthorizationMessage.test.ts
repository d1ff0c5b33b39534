import { DecodeAuthorizationMessageCommand } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { compilePolicy } from "../../../iam/policy/compile.ts"
import { contextOf } from "../../../iam/policy/context.ts"
import type { DecisionRequest } from "../../../iam/policy/decision.ts"
import { parsePolicy } from "../../../iam/policy/document.ts"
import { encodeAuthorizationMessage, encodeDenial } from "../port.ts"
import { openCloud } from "../testing/open-cloud.ts"
import { ACCOUNT, openSts, refusalOf } from "../testing/open-sts.ts"

const DETAILS = '{"allowed":false,"explicitDeny":false,"matchedStatements":{"items":[]}}'

test("a message that was encoded here is decoded, for its account", async () => {
  const { cloud, client } = await openCloud()
  await client()
    .send(new DecodeAuthorizationMessageCommand({ EncodedMessage: "A" }))
    .catch(Boolean)
  const encode = (account: string): Promise<string> =>
    cloud.world.write((tx) => encodeAuthorizationMessage(tx, account, DETAILS))
  const EncodedMessage = await encode(ACCOUNT)
  expect(EncodedMessage).toMatch(/^[\w-]+$/)
  expect(
    await client().send(new DecodeAuthorizationMessageCommand({ EncodedMessage })),
  ).toMatchObject({ DecodedMessage: DETAILS })
  const other = { EncodedMessage: await encode("210987654321") }
  expect(await refusalOf(client().send(new DecodeAuthorizationMessageCommand(other)))).toBe(
    "400 InvalidAuthorizationMessageException: Message is not valid",
  )
})

const USER = `arn:aws:iam::${ACCOUNT}:user/ann`
const INSTANCE = `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-1`

/** A denial of ec2:StopInstances, by the identity-based policy of those statements. */
function denied(...Statement: object[]): DecisionRequest {
  const text = JSON.stringify({ Version: "2012-10-17", Statement })
  const policy = compilePolicy(parsePolicy(text, { kind: "identity" }), "own")
  return {
    actor: { type: "user", account: ACCOUNT, arn: USER, uniqueId: "AIDAANN" },
    ...{ action: "ec2:StopInstances", resource: INSTANCE, resourceAccount: ACCOUNT },
    context: contextOf({
      ...{ "aws:userid": "AIDAANN", "aws:username": "ann" },
      ...{ "ec2:Tenancy": "default", "aws:TagKeys": ["a", "b"] },
    }),
    policies: { identity: [policy] },
  }
}

test("a denial is decoded in AWS's fields: what denied, who, what, on what, with which keys", async () => {
  const { cloud, client } = await openCloud()
  const decoded = async (asked: DecisionRequest): Promise<unknown> => {
    const keys = ["ec2:Tenancy", "aws:TagKeys", "ec2:InstanceType"]
    const EncodedMessage = await cloud.world.write((tx) => encodeDenial(tx, { asked, keys }))
    const command = new DecodeAuthorizationMessageCommand({ EncodedMessage })
    return JSON.parse((await client().send(command)).DecodedMessage ?? "")
  }
  const context = {
    principal: { id: "AIDAANN", name: "ann", arn: USER },
    ...{ action: "ec2:StopInstances", resource: INSTANCE },
    conditions: {
      items: [
        { key: "ec2:Tenancy", values: { items: [{ value: "default" }] } },
        { key: "aws:TagKeys", values: { items: [{ value: "a" }, { value: "b" }] } },
      ],
    },
  }
  const allow = { Effect: "Allow", Action: "s3:*", Resource: "*" }
  // A service that encodes has been called, so STS is loaded.
  await client()
    .send(new DecodeAuthorizationMessageCommand({ EncodedMessage: "A" }))
    .catch(Boolean)
  expect(await decoded(denied(allow))).toEqual({
    ...{ allowed: false, explicitDeny: false },
    ...{ matchedStatements: { items: [] }, failures: { items: [] }, context },
  })
  const Condition = { StringEquals: { "ec2:Tenancy": "default" } }
  const deny = { Sid: "No", Effect: "Deny", Action: "ec2:Stop*", Resource: "*", Condition }
  const elsewhere = { ...deny, Sid: "Else", Resource: `${INSTANCE}2` }
  expect(await decoded(denied(allow, deny, elsewhere))).toEqual({
    ...{ allowed: false, explicitDeny: true, failures: { items: [] }, context },
    matchedStatements: {
      items: [
        {
          ...{ statementId: "No", effect: "DENY" },
          ...{ principals: { items: [] }, principalGroups: { items: [] } },
          actions: { items: [{ value: "ec2:Stop*" }] },
          resources: { items: [{ value: "*" }] },
          conditions: {
            items: [{ key: "ec2:Tenancy", values: { items: [{ value: "default" }] } }],
          },
        },
      ],
    },
  })
})

test.each(["A", "not a message!", "A".repeat(400)])("%s is no message", async (EncodedMessage) => {
  const { client } = await openSts()
  const command = new DecodeAuthorizationMessageCommand({ EncodedMessage })
  expect(await refusalOf(client.send(command))).toBe(
    "400 InvalidAuthorizationMessageException: Message is not valid",
  )
})
