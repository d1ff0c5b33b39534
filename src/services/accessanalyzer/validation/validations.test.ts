import { ValidatePolicyCommand } from "@aws-sdk/client-accessanalyzer"
import { expect, test } from "vitest"
import { openAnalyzer } from "../testing/open-analyzer.ts"

test("findings of a policy are answered, page by page", async () => {
  const { client } = await openAnalyzer()
  const policyDocument = JSON.stringify({ Statement: { Effect: "Allow", Action: "sqs:*" } })
  const asked = { policyDocument, policyType: "IDENTITY_POLICY", maxResults: 1 } as const
  const first = await client.send(new ValidatePolicyCommand(asked))
  expect(first.findings).toMatchObject([
    { issueCode: "MISSING_VERSION", locations: [{ path: [], span: { start: { line: 1 } } }] },
  ])
  const { nextToken } = first
  const second = await client.send(new ValidatePolicyCommand({ ...asked, nextToken }))
  expect(second.findings).toMatchObject([
    { issueCode: "MISSING_RESOURCE", locations: [{ path: [{ value: "Statement" }] }] },
  ])
  expect(second.nextToken).toBeUndefined()
  await expect(
    client.send(new ValidatePolicyCommand({ ...asked, locale: "DE" })),
  ).rejects.toMatchObject({ name: "NotImplemented" })
})
