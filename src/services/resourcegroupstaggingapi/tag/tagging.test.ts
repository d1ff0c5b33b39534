import { ACMClient, RequestCertificateCommand } from "@aws-sdk/client-acm"
import { AccessAnalyzerClient, CreateAnalyzerCommand } from "@aws-sdk/client-accessanalyzer"
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { CreateVaultCommand, GlacierClient } from "@aws-sdk/client-glacier"
import {
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateVirtualMFADeviceCommand,
  IAMClient,
  ListUserTagsCommand,
} from "@aws-sdk/client-iam"
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import {
  GetTagKeysCommand,
  GetTagValuesCommand,
  ResourceGroupsTaggingAPIClient,
  TagResourcesCommand,
  UntagResourcesCommand,
} from "@aws-sdk/client-resource-groups-tagging-api"
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3"
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager"
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm"
import { expect, test } from "vitest"
import { newUser, policyOf } from "../../../gateway/testing/identity.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"
import type { InProcessCloud } from "../../../index.ts"
import { refusalOf, taggingOf } from "../testing/open-tagging.ts"

/** One of each kind that is quickly made, untagged; their ARNs. */
async function makeOneOfEach(cloud: InProcessCloud): Promise<string[]> {
  const { options, queue } = taggingOf(cloud)
  const s3 = cloud.client(S3Client, options)
  await s3.send(new CreateBucketCommand({ Bucket: "things" }))
  const key = await cloud.client(KMSClient, options).send(new CreateKeyCommand({}))
  const secret = await cloud
    .client(SecretsManagerClient, options)
    .send(new CreateSecretCommand({ Name: "s", SecretString: "s" }))
  await cloud
    .client(SSMClient, options)
    .send(new PutParameterCommand({ Name: "/a/b", Value: "1", Type: "String" }))
  await cloud.client(DynamoDBClient, options).send(
    new CreateTableCommand({
      TableName: "orders",
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  )
  await cloud
    .client(GlacierClient, options)
    .send(new CreateVaultCommand({ accountId: "-", vaultName: "cold" }))
  const certificate = await cloud
    .client(ACMClient, options)
    .send(new RequestCertificateCommand({ DomainName: "example.com" }))
  const analyzer = await cloud
    .client(AccessAnalyzerClient, options)
    .send(new CreateAnalyzerCommand({ analyzerName: "a", type: "ACCOUNT" }))
  await cloud.settle()
  return [
    ...[await queue("jobs"), "arn:aws:s3:::things", key.KeyMetadata?.Arn, secret.ARN],
    "arn:aws:ssm:us-east-1:000000000000:parameter/a/b",
    "arn:aws:dynamodb:us-east-1:000000000000:table/orders",
    "arn:aws:glacier:us-east-1:000000000000:vaults/cold",
    ...[certificate.CertificateArn, analyzer.arn],
    ...(await makeIdentities(cloud.client(IAMClient, options))),
  ].map((arn) => arn ?? "")
}

async function makeIdentities(iam: IAMClient): Promise<(string | undefined)[]> {
  const PolicyDocument = policyOf({ Action: "s3:*", Resource: "*" })
  const policy = await iam.send(
    new CreatePolicyCommand({ PolicyName: "P", Path: "/team/", PolicyDocument }),
  )
  const profile = await iam.send(
    new CreateInstanceProfileCommand({ InstanceProfileName: "Web", Path: "/a/b/" }),
  )
  const oidc = await iam.send(
    new CreateOpenIDConnectProviderCommand({
      ...{ Url: "https://issuer.example.com/x", ClientIDList: ["c"] },
      ThumbprintList: ["a".repeat(40)],
    }),
  )
  const mfa = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "Phone" }))
  return [
    ...[policy.Policy?.Arn, profile.InstanceProfile?.Arn],
    ...[oidc.OpenIDConnectProviderArn, mfa.VirtualMFADevice?.SerialNumber],
  ]
}

test("TagResources and UntagResources reach every kind through its own service", async () => {
  const cloud = await openInProcess()
  const { tagging, shown } = taggingOf(cloud)
  const arns = await makeOneOfEach(cloud)
  const Tags = { team: "blue", stage: "test" }
  const tagged = await tagging.send(new TagResourcesCommand({ ResourceARNList: arns, Tags }))
  expect(tagged.FailedResourcesMap).toEqual({})
  expect(await shown()).toEqual(Object.fromEntries(arns.map((arn) => [arn, Tags])))
  const more = { ResourceARNList: arns, Tags: { team: "green" } }
  await tagging.send(new TagResourcesCommand(more))
  const untag = (TagKeys: string[]) =>
    tagging.send(new UntagResourcesCommand({ ResourceARNList: arns, TagKeys }))
  expect((await untag(["stage", "none"])).FailedResourcesMap).toEqual({})
  expect(await shown()).toEqual(Object.fromEntries(arns.map((arn) => [arn, { team: "green" }])))
  expect((await untag(["team"])).FailedResourcesMap).toEqual({})
  expect(await shown()).toEqual({})
})

test("each resource fails by itself, with a code and a status", async () => {
  const cloud = await openInProcess()
  const { tagging, queue, shown } = taggingOf(cloud)
  const mine = await queue("mine")
  const there = await taggingOf(cloud, { region: "eu-west-1" }).queue("there")
  const theirs = await taggingOf(cloud, { account: "111111111111" }).queue("theirs")
  const arns = [mine, there, theirs, `${mine}2`, "arn:aws:lex:us-east-1:000000000000:bot:b"]
  const Tags = { a: "b" }
  const answer = await tagging.send(new TagResourcesCommand({ ResourceARNList: arns, Tags }))
  const failures = answer.FailedResourcesMap ?? {}
  expect(Object.keys(failures)).toEqual(arns.slice(1))
  for (const arn of arns.slice(1, 4))
    expect(failures[arn]).toMatchObject({ ErrorCode: "InvalidParameterException", StatusCode: 400 })
  expect(failures[arns[4] ?? ""]).toMatchObject({
    ...{ ErrorCode: "InternalServiceException", StatusCode: 500 },
  })
  expect(await shown()).toEqual({ [mine]: Tags })
  const bad = new TagResourcesCommand({ ResourceARNList: [mine, "nonsense"], Tags: { c: "d" } })
  expect(await refusalOf(tagging.send(bad))).toBe(
    "InvalidParameterException: nonsense is not a valid AmazonResourceName (ARN)",
  )
  expect(await shown()).toEqual({ [mine]: Tags })
})

test("who tags needs the right of the resource's own service too", async () => {
  const cloud = await openInProcess()
  const { options, tagging, queue, shown } = taggingOf(cloud)
  const iam = cloud.client(IAMClient, options)
  const { credentials, may } = await newUser(iam, "ann")
  const ann = cloud.client(ResourceGroupsTaggingAPIClient, { credentials })
  const arn = await queue("jobs")
  const tag = () =>
    ann.send(new TagResourcesCommand({ ResourceARNList: [arn], Tags: { team: "blue" } }))
  await expect(tag()).rejects.toMatchObject({
    message: expect.stringContaining("tag:TagResources") as string,
  })
  await may({ Action: "tag:TagResources", Resource: "*" })
  expect((await tag()).FailedResourcesMap?.[arn]).toMatchObject({
    ErrorCode: "AccessDeniedException",
    StatusCode: 403,
    ErrorMessage: expect.stringMatching(/user\/ann is not authorized.*sqs:tagqueue/) as string,
  })
  await may({ Action: ["tag:TagResources", "sqs:TagQueue"], Resource: "*" })
  expect((await tag()).FailedResourcesMap).toEqual({})
  expect(await shown()).toEqual({ [arn]: { team: "blue" } })
  // A user is tagged, though none shows.
  const ResourceARNList = ["arn:aws:iam::000000000000:user/ann"]
  await tagging.send(new TagResourcesCommand({ ResourceARNList, Tags: { team: "blue" } }))
  const { Tags } = await iam.send(new ListUserTagsCommand({ UserName: "ann" }))
  expect(Tags).toEqual([{ Key: "team", Value: "blue" }])
})

test("keys and values in use are listed once each, in pages", async () => {
  const cloud = await openInProcess()
  const { tagging, queue } = taggingOf(cloud)
  const numbered = (from: number) =>
    Object.fromEntries(Array.from({ length: 45 }, (_, n) => [`k${from + n}`, `v${n}`]))
  for (const n of [100, 140, 180]) await queue(`q${n}`, numbered(n))
  const { TagKeys = [], PaginationToken } = await tagging.send(new GetTagKeysCommand({}))
  expect(TagKeys).toHaveLength(100)
  const rest = await tagging.send(new GetTagKeysCommand({ PaginationToken }))
  expect(rest.PaginationToken).toBe("")
  const all = [...TagKeys, ...(rest.TagKeys ?? [])]
  expect(all).toEqual(Array.from({ length: 125 }, (_, n) => `k${100 + n}`))
  const values = await tagging.send(new GetTagValuesCommand({ Key: "k140" }))
  expect(values).toMatchObject({ TagValues: ["v0", "v40"], PaginationToken: "" })
  const none = await tagging.send(new GetTagValuesCommand({ Key: "none" }))
  expect(none.TagValues).toEqual([])
})
