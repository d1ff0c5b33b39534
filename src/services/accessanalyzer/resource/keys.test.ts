import { CreateKeyCommand, DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import { ACCOUNT, OTHER, openAnalyzer } from "../testing/open-analyzer.ts"

test("keys are covered, and those of AWS's services are nobody else's", async () => {
  const { cloud, list } = await openAnalyzer()
  const kms = cloud.client(KMSClient)
  const root = (account: string): string => `arn:aws:iam::${account}:root`
  const allow = (account: string, Action: string) => ({
    ...{ Effect: "Allow", Principal: { AWS: root(account) }, Action, Resource: "*" },
  })
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [allow(ACCOUNT, "kms:*"), allow(OTHER, "kms:Decrypt")],
  })
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy }))
  await kms.send(new CreateKeyCommand({}))
  await kms.send(new DescribeKeyCommand({ KeyId: "alias/aws/s3" }))
  await cloud.advance("31m")
  expect(await list()).toMatchObject([
    {
      ...{ resource: KeyMetadata?.Arn, resourceType: "AWS::KMS::Key" },
      ...{ principal: { AWS: OTHER }, action: ["kms:Decrypt"] },
    },
  ])
})
