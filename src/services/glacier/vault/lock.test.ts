import {
  AbortVaultLockCommand,
  AddTagsToVaultCommand,
  CompleteVaultLockCommand,
  DeleteArchiveCommand,
  DeleteVaultAccessPolicyCommand,
  DescribeVaultCommand,
  GetVaultAccessPolicyCommand,
  GetVaultLockCommand,
  InitiateVaultLockCommand,
  SetVaultAccessPolicyCommand,
} from "@aws-sdk/client-glacier"
import { expect, test } from "vitest"
import {
  ACCOUNT,
  ARN,
  clientOf,
  openVault,
  refusalOf,
  STRANGER,
  VAULT,
} from "../testing/open-vault.ts"

const document = (...Statement: object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement })

const young = {
  ...{ Sid: "young", Effect: "Deny", Principal: "*", Action: "glacier:DeleteArchive" },
  ...{ Resource: ARN, Condition: { NumericLessThan: { "glacier:ArchiveAgeInDays": "365" } } },
}

async function openLock() {
  const vault = await openVault()
  const { client } = vault
  const initiate = async (Policy = document(young)) =>
    (await client.send(new InitiateVaultLockCommand({ ...VAULT, policy: { Policy } }))).lockId ?? ""
  const complete = (lockId: string) =>
    client.send(new CompleteVaultLockCommand({ ...VAULT, lockId }))
  const abort = () => client.send(new AbortVaultLockCommand(VAULT))
  const lock = () => client.send(new GetVaultLockCommand(VAULT))
  const remove = (archiveId: string) =>
    client.send(new DeleteArchiveCommand({ ...VAULT, archiveId }))
  return { ...vault, initiate, complete, abort, lock, remove }
}

const DENIED = "AccessDeniedException"

test("GLC-5 a lock is in progress for 24 hours, can be aborted, and once complete is for ever", async () => {
  const { pass, initiate, complete, abort, lock } = await openLock()
  const first = await initiate()
  expect(await lock()).toMatchObject({
    ...{ Policy: document(young), State: "InProgress" },
    ...{ CreationDate: "2026-01-15T12:00:00.000Z", ExpirationDate: "2026-01-16T12:00:00.000Z" },
  })
  expect(await refusalOf(initiate())).toContain(DENIED)
  expect(await refusalOf(complete("no such id"))).toContain("InvalidParameterValueException")
  await abort()
  await abort()
  expect(await refusalOf(lock())).toContain("ResourceNotFoundException")
  expect(await refusalOf(complete(first))).toContain("ResourceNotFoundException")
  const late = await initiate()
  await pass("23h")
  expect((await lock()).State).toBe("InProgress")
  await pass("1h")
  expect(await refusalOf(lock())).toContain("ResourceNotFoundException")
  expect(await refusalOf(complete(late))).toContain("ResourceNotFoundException")
  const last = await initiate()
  await complete(last)
  await complete(last)
  await pass("30d")
  const locked = await lock()
  expect([locked.State, locked.ExpirationDate]).toEqual(["Locked", undefined])
  for (const change of [abort(), initiate(), complete(first)])
    expect(await refusalOf(change)).toContain(DENIED)
  expect((await lock()).Policy).toBe(document(young))
})

test("GLC-4 a lock policy keeps everybody from deleting for its days, and no policy takes it off", async () => {
  const { pass, client, initiate, complete, abort, upload, remove } = await openLock()
  const id = await upload("kept")
  await complete(await initiate())
  expect(await refusalOf(remove(id))).toContain(DENIED)
  for (const change of [abort(), initiate(document({ ...young, Effect: "Allow" }))])
    expect(await refusalOf(change)).toContain(DENIED)
  const Policy = document({ Effect: "Allow", Principal: "*", Action: "glacier:*", Resource: ARN })
  await client.send(new SetVaultAccessPolicyCommand({ ...VAULT, policy: { Policy } }))
  await pass("364d")
  expect(await refusalOf(remove(id))).toContain(DENIED)
  await pass("1d")
  await remove(id)
})

test("a policy in progress holds already; tags of the vault are a legal hold", async () => {
  const { client, initiate, abort, upload, remove } = await openLock()
  const hold = {
    ...{ Effect: "Deny", Principal: "*", Action: "glacier:DeleteArchive", Resource: ARN },
    Condition: { StringLike: { "glacier:ResourceTag/LegalHold": ["true", ""] } },
  }
  const id = await upload("held")
  await initiate(document(hold))
  const tag = (LegalHold: string) =>
    client.send(new AddTagsToVaultCommand({ ...VAULT, Tags: { LegalHold } }))
  await tag("true")
  expect(await refusalOf(remove(id))).toContain(DENIED)
  await tag("false")
  const [one, two] = [await upload("one"), await upload("two")]
  await remove(one)
  await tag("true")
  expect(await refusalOf(remove(two))).toContain(DENIED)
  await abort()
  await remove(two)
})

test("an access policy lets other accounts in, as far as it says", async () => {
  const { cloud, client } = await openLock()
  const stranger = clientOf(cloud, STRANGER)
  const describe = () => stranger.send(new DescribeVaultCommand({ ...VAULT, accountId: ACCOUNT }))
  const get = () => client.send(new GetVaultAccessPolicyCommand(VAULT))
  expect(await refusalOf(describe())).toContain(DENIED)
  expect(await refusalOf(get())).toContain("ResourceNotFoundException")
  const Policy = document({
    ...{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${STRANGER}:root` }, Resource: ARN },
    Action: "glacier:DescribeVault",
  })
  const set = (text: string) =>
    client.send(new SetVaultAccessPolicyCommand({ ...VAULT, policy: { Policy: text } }))
  await set(Policy)
  expect((await describe()).VaultARN).toBe(ARN)
  const id = await refusalOf(
    stranger.send(new GetVaultLockCommand({ ...VAULT, accountId: ACCOUNT })),
  )
  expect(id).toContain(DENIED)
  expect((await get()).policy?.Policy).toBe(Policy)
  expect(await refusalOf(set("{"))).toContain("InvalidParameterValueException")
  await client.send(new DeleteVaultAccessPolicyCommand(VAULT))
  expect(await refusalOf(describe())).toContain(DENIED)
})
