import {
  AddTagsToVaultCommand,
  CreateVaultCommand,
  DeleteArchiveCommand,
  DeleteVaultCommand,
  DeleteVaultNotificationsCommand,
  DescribeVaultCommand,
  GetVaultNotificationsCommand,
  ListTagsForVaultCommand,
  ListVaultsCommand,
  RemoveTagsFromVaultCommand,
  SetVaultNotificationsCommand,
} from "@aws-sdk/client-glacier"
import { expect, test } from "vitest"
import { answerOf, request, signed } from "../../../gateway/testing/open-cloud.ts"
import { ACCOUNT, ARN, openVault, refusalOf, VAULT, vaultName } from "../testing/open-vault.ts"

test("a vault is made once, listed in order, and deleted again and again", async () => {
  const { client, describe } = await openVault()
  const { location } = await client.send(new CreateVaultCommand(VAULT))
  expect(location).toBe(`/${ACCOUNT}/vaults/v`)
  const { $metadata: _, ...told } = await describe()
  expect(told).toEqual({
    ...{ VaultARN: ARN, VaultName: vaultName, CreationDate: "2026-01-15T12:00:00.000Z" },
  })
  for (const name of ["a", "w"])
    await client.send(new CreateVaultCommand({ accountId: ACCOUNT, vaultName: name }))
  const first = await client.send(new ListVaultsCommand({ accountId: "-", limit: 2 }))
  expect(first.VaultList?.map(({ VaultName }) => VaultName)).toEqual(["a", "v"])
  const rest = await client.send(new ListVaultsCommand({ accountId: "-", marker: first.Marker }))
  expect(rest.VaultList?.map(({ VaultName }) => VaultName)).toEqual(["w"])
  await client.send(new DeleteVaultCommand(VAULT))
  await client.send(new DeleteVaultCommand(VAULT))
  expect(await refusalOf(describe())).toBe(
    `ResourceNotFoundException: Vault not found for ARN: ${ARN}`,
  )
  const bad = new CreateVaultCommand({ accountId: "-", vaultName: "no spaces" })
  expect(await refusalOf(client.send(bad))).toContain("InvalidParameterValueException")
  const far = new DescribeVaultCommand({ accountId: "222222222222", vaultName: "a" })
  expect(await refusalOf(client.send(far))).toContain("AccessDeniedException")
})

test("requests name the version of the API; errors say code and type", async () => {
  const { cloud } = await openVault()
  const get = (headers: Record<string, string>) =>
    answerOf(
      cloud.handle(
        signed(request({ method: "GET", path: "/-/vaults/none", headers }), { service: "glacier" }),
      ),
    )
  const without = await get({})
  expect([without.status, JSON.parse(without.text)]).toEqual([
    400,
    {
      ...{ code: "MissingParameterValueException", type: "Client" },
      message: "Required parameter missing: API version",
    },
  ])
  expect((await get({ "x-amz-glacier-version": "2020-01-01" })).status).toBe(400)
  const found = await get({ "x-amz-glacier-version": "2012-06-01" })
  expect([found.status, JSON.parse(found.text)]).toEqual([
    404,
    {
      ...{ code: "ResourceNotFoundException", type: "Client" },
      message: `Vault not found for ARN: arn:aws:glacier:us-east-1:${ACCOUNT}:vaults/none`,
    },
  ])
})

test("inventories are made once a day, and only then a vault can be told to be empty", async () => {
  const { pass, client, upload, describe } = await openVault()
  const archiveId = await upload("x".repeat(1000))
  expect((await describe()).NumberOfArchives).toBeUndefined()
  await pass("1d")
  const first = { NumberOfArchives: 1, SizeInBytes: 1000 + 32 * 1024 }
  expect(await describe()).toMatchObject({
    ...{ ...first, LastInventoryDate: "2026-01-16T12:00:00.000Z" },
  })
  const remove = () => client.send(new DeleteVaultCommand(VAULT))
  const refusal = `InvalidParameterValueException: Vault not empty or recently written to: ${ARN}`
  expect(await refusalOf(remove())).toBe(refusal)
  await pass("5d")
  // Nothing was written: the inventory stays as it is.
  expect((await describe()).LastInventoryDate).toBe("2026-01-16T12:00:00.000Z")
  await client.send(new DeleteArchiveCommand({ ...VAULT, archiveId }))
  expect(await describe()).toMatchObject(first)
  await pass("1d")
  expect(await describe()).toMatchObject({
    ...{ NumberOfArchives: 0, SizeInBytes: 0, LastInventoryDate: "2026-01-22T12:00:00.000Z" },
  })
  await remove()
  expect(await refusalOf(describe())).toContain("ResourceNotFoundException")
})

test("tags are added, replaced and taken off", async () => {
  const { client } = await openVault()
  const add = (Tags: Record<string, string>) =>
    client.send(new AddTagsToVaultCommand({ ...VAULT, Tags }))
  await add({ a: "1", b: "2" })
  await add({ b: "3" })
  await client.send(new RemoveTagsFromVaultCommand({ ...VAULT, TagKeys: ["a", "z"] }))
  expect((await client.send(new ListTagsForVaultCommand(VAULT))).Tags).toEqual({ b: "3" })
  expect(await refusalOf(add({ "aws:x": "1" }))).toContain("InvalidParameterValueException")
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, ""]))
  expect(await refusalOf(add(many))).toContain("LimitExceededException")
})

test("notifications are set, told and taken away", async () => {
  const { client } = await openVault()
  const get = () => client.send(new GetVaultNotificationsCommand(VAULT))
  expect(await refusalOf(get())).toBe(
    `ResourceNotFoundException: No notification configuration is set for vault: ${ARN}`,
  )
  const SNSTopic = `arn:aws:sns:us-east-1:${ACCOUNT}:t`
  const set = (Events: string[], topic = SNSTopic) =>
    client.send(
      new SetVaultNotificationsCommand({
        ...{ ...VAULT, vaultNotificationConfig: { SNSTopic: topic, Events } },
      }),
    )
  expect(await refusalOf(set(["Nothing"]))).toContain("InvalidParameterValueException")
  expect(await refusalOf(set(["ArchiveRetrievalCompleted"], "t"))).toContain("Invalid SNS topic")
  await set(["ArchiveRetrievalCompleted"])
  expect((await get()).vaultNotificationConfig).toEqual({
    ...{ SNSTopic, Events: ["ArchiveRetrievalCompleted"] },
  })
  await client.send(new DeleteVaultNotificationsCommand(VAULT))
  expect(await refusalOf(get())).toContain("ResourceNotFoundException")
})
