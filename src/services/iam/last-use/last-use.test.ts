import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetRoleCommand,
  IAMClient,
} from "@aws-sdk/client-iam"
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { ALLOW_ALL, trust } from "../testing/documents.ts"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"
import { openUser } from "../testing/open-user.ts"

const lastUseOf = async (client: IAMClient, AccessKeyId: string) => {
  const answer = await client.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
  return { user: answer.UserName, ...answer.AccessKeyLastUsed }
}

test("a key that nobody used has no last use", async () => {
  const { client, keys } = await openUser()
  expect(await lastUseOf(client, keys.accessKeyId)).toEqual({
    ...{ user: "bob", ServiceName: "N/A", Region: "N/A" },
  })
})

test("the last use of a key tells date, service and Region, also of what was denied", async () => {
  const { client, cloud, keys, listsQueues } = await openUser()
  const used = cloud.now()
  expect(await listsQueues(keys, "eu-west-1")).toContain("no identity-based policy")
  const last = await lastUseOf(client, keys.accessKeyId)
  expect(last).toMatchObject({ user: "bob", ServiceName: "sqs", Region: "eu-west-1" })
  expect(last.LastUsedDate?.getTime()).toBe(Math.floor(used.getTime() / 1_000) * 1_000)
})

test("of a span of 15 minutes the first use alone is kept", async () => {
  const { client, cloud, keys, listsQueues } = await openUser()
  await listsQueues()
  const first = await lastUseOf(client, keys.accessKeyId)
  await cloud.advance("14m")
  await cloud.client(STSClient, { credentials: keys }).send(new GetCallerIdentityCommand({}))
  expect(await lastUseOf(client, keys.accessKeyId)).toEqual(first)
  await cloud.advance("1m")
  await cloud.client(STSClient, { credentials: keys }).send(new GetCallerIdentityCommand({}))
  expect(await lastUseOf(client, keys.accessKeyId)).toMatchObject({ ServiceName: "sts" })
})

test("a request that nobody signed is no use", async () => {
  const { client, cloud, keys } = await openUser()
  const forged = { ...keys, secretAccessKey: "wrong" }
  const call = cloud.client(SQSClient, { credentials: forged }).send(new ListQueuesCommand({}))
  expect(await refusalOf(call)).toContain("SignatureDoesNotMatch")
  expect(await lastUseOf(client, keys.accessKeyId)).toMatchObject({ ServiceName: "N/A" })
})

test("keys of root have a last use; keys of others, and none, are not told", async () => {
  const { client, cloud, of } = await openIam()
  const { AccessKey } = await client.send(new CreateAccessKeyCommand({}))
  const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } = AccessKey ?? {}
  const credentials = { accessKeyId, secretAccessKey }
  await cloud.client(SQSClient, { credentials }).send(new ListQueuesCommand({}))
  expect(await lastUseOf(client, accessKeyId)).toMatchObject({ ServiceName: "sqs" })
  const refused = `403 AccessDenied: User: arn:aws:iam::210987654321:root is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${accessKeyId}`
  expect(await refusalOf(lastUseOf(of("210987654321"), accessKeyId))).toBe(refused)
  await client.send(new DeleteAccessKeyCommand({ AccessKeyId: accessKeyId }))
  expect(await refusalOf(lastUseOf(client, accessKeyId))).toMatch(/^403 AccessDenied/)
})

test("a role tells when and where a session of it was last used", async () => {
  const { client, cloud } = await openUser()
  const { Role } = await client.send(
    new CreateRoleCommand({
      RoleName: "deployer",
      AssumeRolePolicyDocument: trust({ AWS: ACCOUNT }),
    }),
  )
  const lastUsed = async () =>
    (await client.send(new GetRoleCommand({ RoleName: "deployer" }))).Role?.RoleLastUsed
  const sts = cloud.client(STSClient)
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "ci", Policy: ALLOW_ALL }),
  )
  expect(await lastUsed()).toEqual({})
  const {
    AccessKeyId: accessKeyId = "",
    SecretAccessKey: secretAccessKey = "",
    SessionToken: sessionToken = "",
  } = Credentials ?? {}
  const credentials = { accessKeyId, secretAccessKey, sessionToken }
  await cloud
    .client(STSClient, { credentials, region: "eu-central-1" })
    .send(new GetCallerIdentityCommand({}))
  expect(await lastUsed()).toEqual({ LastUsedDate: expect.any(Date), Region: "eu-central-1" })
  await cloud.advance("400d")
  expect(await lastUsed()).toEqual({})
})

test("a snapshot keeps last uses", async () => {
  const { client, cloud, keys, listsQueues } = await openUser()
  await listsQueues()
  const used = await lastUseOf(client, keys.accessKeyId)
  await cloud.saveSnapshot("used")
  await cloud.reset()
  await cloud.loadSnapshot("used")
  expect(await lastUseOf(client, keys.accessKeyId)).toEqual(used)
})
