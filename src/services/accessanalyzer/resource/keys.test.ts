import {
  CreateGrantCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  KMSClient,
} from "@aws-sdk/client-kms"
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

test("what a key's grants give to others is found, with the encryption context that they want", async () => {
  const { cloud, list } = await openAnalyzer()
  const kms = cloud.client(KMSClient)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  const KeyId = KeyMetadata?.KeyId
  const GranteePrincipal = `arn:aws:iam::${OTHER}:root`
  const Constraints = { EncryptionContextEquals: { tenant: "a" } }
  await kms.send(
    new CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ["Decrypt"], Constraints }),
  )
  const service = { GranteePrincipal: "dynamodb.us-east-1.amazonaws.com" }
  await kms.send(new CreateGrantCommand({ KeyId, ...service, Operations: ["Encrypt"] }))
  await cloud.advance("31m")
  expect(await list()).toMatchObject([
    {
      ...{ resource: KeyMetadata?.Arn, principal: { AWS: OTHER }, action: ["kms:Decrypt"] },
      condition: { "kms:EncryptionContext:tenant": "a" },
    },
  ])
})
