import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam"
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { accountInId } from "../../../iam/access-key-id.ts"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"

const UserName = "bob"

async function openBob() {
  const opened = await openIam()
  const { client, cloud } = opened
  const { User } = await client.send(new CreateUserCommand({ UserName, Path: "/eng/" }))
  const create = async () => {
    const { AccessKey } = await client.send(new CreateAccessKeyCommand({ UserName }))
    const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } = AccessKey ?? {}
    return { accessKeyId, secretAccessKey }
  }
  /** Who calls, or the refusal. */
  const who = (credentials: { accessKeyId: string; secretAccessKey: string }) => {
    const sts = cloud.client(STSClient, { credentials })
    return sts.send(new GetCallerIdentityCommand({})).then(
      ({ Arn, UserId }) => `${Arn} ${UserId}`,
      (error: Error) => error.name,
    )
  }
  return { ...opened, create, who, id: User?.UserId ?? "" }
}

test("IAM-10 an access key is an id and a longer secret", async () => {
  const { client } = await openBob()
  const { AccessKey } = await client.send(new CreateAccessKeyCommand({ UserName }))
  expect(AccessKey).toEqual({
    UserName,
    AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
    SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
    Status: "Active",
    CreateDate: expect.any(Date),
  })
  expect(accountInId(AccessKey?.AccessKeyId ?? "")).toBe(ACCOUNT)
})

test("IAM-11 no later call tells the secret", async () => {
  const { client } = await openBob()
  const { AccessKey } = await client.send(new CreateAccessKeyCommand({ UserName }))
  const { SecretAccessKey, ...listed } = AccessKey ?? {}
  const list = await client.send(new ListAccessKeysCommand({ UserName }))
  expect(list.AccessKeyMetadata).toEqual([listed])
  expect(JSON.stringify(list)).not.toContain(SecretAccessKey)
})

test("IAM-9 a user has at most two keys", async () => {
  const { client, create } = await openBob()
  expect((await client.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata).toEqual([])
  await create()
  await create()
  expect(await refusalOf(create())).toBe(
    "409 LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2",
  )
})

test("keys act as their user, whatever it is called now", async () => {
  const { client, create, who, id } = await openBob()
  const keys = await create()
  expect(await who(keys)).toBe(`arn:aws:iam::${ACCOUNT}:user/eng/bob ${id}`)
  await client.send(new UpdateUserCommand({ UserName, NewUserName: "rob" }))
  expect(await who(keys)).toBe(`arn:aws:iam::${ACCOUNT}:user/eng/rob ${id}`)
})

test("IAM-3 a wrong secret is no key", async () => {
  const { create, who } = await openBob()
  const keys = await create()
  expect(await who({ ...keys, secretAccessKey: "wrong" })).toBe("SignatureDoesNotMatch")
})

test("IAM-13 both keys work while one takes the place of the other", async () => {
  const { client, create, who } = await openBob()
  const first = await create()
  const second = await create()
  const bob = await who(first)
  expect(await who(second)).toBe(bob)
  const { accessKeyId: AccessKeyId } = first
  await client.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
  expect(await who(first)).toBe("InvalidClientTokenId")
  expect(await who(second)).toBe(bob)
})

test("IAM-14 inactive keys are refused at once, and work again when they are active", async () => {
  const { client, create, who } = await openBob()
  const keys = await create()
  const { accessKeyId: AccessKeyId } = keys
  const set = (Status: "Active" | "Inactive") =>
    client.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status }))
  await set("Inactive")
  expect(await who(keys)).toBe("InvalidClientTokenId")
  await set("Active")
  expect(await who(keys)).toContain(":user/eng/bob")
})

test("keys that are inactive or deleted are refused in AWS's own words", async () => {
  const { client, create, cloud } = await openBob()
  const credentials = await create()
  const { accessKeyId: AccessKeyId } = credentials
  const call = () =>
    refusalOf(cloud.client(STSClient, { credentials }).send(new GetCallerIdentityCommand({})))
  const refusal = "403 InvalidClientTokenId: The security token included in the request is invalid."
  const expire = new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Expired" })
  expect(await refusalOf(client.send(expire))).toBe(
    "400 ValidationError: Status must be Active or Inactive",
  )
  await client.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }))
  expect(await call()).toBe(refusal)
  await client.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
  expect(await call()).toBe(refusal)
})

test("IAM-12 a new key in the place of a deleted one has another id and secret", async () => {
  const { client, create } = await openBob()
  const first = await create()
  const remove = new DeleteAccessKeyCommand({ UserName, AccessKeyId: first.accessKeyId })
  await client.send(remove)
  const second = await create()
  expect(second.accessKeyId).not.toBe(first.accessKeyId)
  expect(second.secretAccessKey).not.toBe(first.secretAccessKey)
  expect(await refusalOf(client.send(remove))).toBe(
    `404 NoSuchEntity: The Access Key with id ${first.accessKeyId} cannot be found.`,
  )
})

test("a key belongs to its user", async () => {
  const { client, create } = await openBob()
  const { accessKeyId: AccessKeyId } = await create()
  await client.send(new CreateUserCommand({ UserName: "carol" }))
  const remove = new DeleteAccessKeyCommand({ UserName: "carol", AccessKeyId })
  expect(await refusalOf(client.send(remove))).toMatch(/^404 NoSuchEntity/)
  expect(await refusalOf(client.send(new DeleteUserCommand({ UserName })))).toBe(
    "409 DeleteConflict: Cannot delete entity, must delete access keys first.",
  )
})

test("root makes keys of its own when it names nobody", async () => {
  const { client, cloud, who } = await openBob()
  const { AccessKey } = await client.send(new CreateAccessKeyCommand({}))
  const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } = AccessKey ?? {}
  const credentials = { accessKeyId, secretAccessKey }
  expect(await who(credentials)).toBe(`arn:aws:iam::${ACCOUNT}:root ${ACCOUNT}`)
  const root = cloud.client(IAMClient, { credentials })
  expect((await root.send(new GetUserCommand({}))).User?.Arn).toBe(`arn:aws:iam::${ACCOUNT}:root`)
})
