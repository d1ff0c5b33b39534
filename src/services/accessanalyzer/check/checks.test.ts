import {
  CheckAccessNotGrantedCommand,
  CheckNoNewAccessCommand,
  CheckNoPublicAccessCommand,
} from "@aws-sdk/client-accessanalyzer"
import { expect, test } from "vitest"
import { openAnalyzer } from "../testing/open-analyzer.ts"

const policy = (statement: object): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Resource: "*", ...statement }],
  })
const policyType = "IDENTITY_POLICY"
const send = policy({ Action: "sqs:SendMessage" })
const all = policy({ Sid: "All", Action: "sqs:*" })

test("new access is told with the statements that give it", async () => {
  const { client } = await openAnalyzer()
  const check = (existingPolicyDocument: string, newPolicyDocument: string) =>
    client.send(
      new CheckNoNewAccessCommand({ existingPolicyDocument, newPolicyDocument, policyType }),
    )
  expect(await check(all, send)).toMatchObject({
    result: "PASS",
    message: "The updated policy does not grant new access when compared to the existing policy.",
  })
  expect(await check(send, all)).toMatchObject({
    result: "FAIL",
    message: "The modified permissions grant new access compared to your existing policy.",
    reasons: [
      {
        description: "New access in the statement with sid: All.",
        statementIndex: 0,
        statementId: "All",
      },
    ],
  })
  await expect(check(send, "{")).rejects.toMatchObject({
    name: "InvalidParameterException",
    message: "Syntax errors in policy.",
  })
})

test("access that is not to be granted is found", async () => {
  const { client } = await openAnalyzer()
  const check = (actions: string[]) =>
    client.send(
      new CheckAccessNotGrantedCommand({ policyDocument: send, access: [{ actions }], policyType }),
    )
  expect(await check(["sqs:DeleteQueue"])).toMatchObject({ result: "PASS" })
  expect(await check(["sqs:SendMessage"])).toMatchObject({
    result: "FAIL",
    reasons: [{ statementIndex: 0 }],
  })
  await expect(check([])).rejects.toMatchObject({ name: "ValidationException" })
})

test("public access is found", async () => {
  const { client } = await openAnalyzer()
  const check = (more: object) =>
    client.send(
      new CheckNoPublicAccessCommand({
        policyDocument: policy({ Action: "sqs:SendMessage", ...more }),
        resourceType: "AWS::SQS::Queue",
      }),
    )
  expect(await check({ Principal: "*" })).toMatchObject({
    result: "FAIL",
    reasons: [{ description: "Public access in the statement with index: 0." }],
  })
  expect(await check({ Principal: { AWS: "210987654321" } })).toMatchObject({ result: "PASS" })
})
