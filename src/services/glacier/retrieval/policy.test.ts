import {
  CreateVaultCommand,
  DeleteArchiveCommand,
  DeleteVaultCommand,
  GetDataRetrievalPolicyCommand,
  ListProvisionedCapacityCommand,
  PurchaseProvisionedCapacityCommand,
  SetDataRetrievalPolicyCommand,
  type DataRetrievalRule,
} from "@aws-sdk/client-glacier"
import { expect, test } from "vitest"
import { NOW } from "../../../gateway/testing/open-cloud.ts"
import { usageOf } from "../../../kernel/meter.ts"
import { ACCOUNT, openVault, refusalOf, VAULT } from "../testing/open-vault.ts"

async function openPolicy() {
  const vault = await openVault()
  const { client } = vault
  const set = (...Rules: DataRetrievalRule[]) =>
    client.send(new SetDataRetrievalPolicyCommand({ accountId: "-", Policy: { Rules } }))
  const get = async () =>
    (await client.send(new GetDataRetrievalPolicyCommand({ accountId: "-" }))).Policy?.Rules
  return { ...vault, set, get }
}

const DENIED =
  "PolicyEnforcedException: InitiateJob request denied by current data retrieval policy."

test("a rate keeps standard retrievals within it, as long as they are in progress", async () => {
  const { pass, set, get, upload, retrieve } = await openPolicy()
  expect(await get()).toEqual([{ Strategy: "None" }])
  const id = await upload("x".repeat(1000))
  await set({ Strategy: "BytesPerHour", BytesPerHour: 300 })
  expect(await get()).toEqual([{ Strategy: "BytesPerHour", BytesPerHour: 300 }])
  // 200 bytes an hour, for five hours.
  await retrieve(id)
  expect(await refusalOf(retrieve(id))).toBe(DENIED)
  await retrieve(id, { Tier: "Expedited" })
  await pass("5h")
  await retrieve(id)
  await set({ Strategy: "None" })
  await retrieve(id)
  expect(await refusalOf(set({ Strategy: "Never" }))).toContain("InvalidParameterValueException")
  expect(await refusalOf(set({ Strategy: "BytesPerHour" }))).toContain("MissingParameter")
  expect(await refusalOf(set({ Strategy: "None", BytesPerHour: 1 }))).toContain("InvalidParameter")
})

test("a retrieval that ends because its vault is gone counts no longer", async () => {
  const { client, pass, set, upload, retrieve } = await openPolicy()
  const id = await upload("x".repeat(1000))
  await set({ Strategy: "BytesPerHour", BytesPerHour: 300 })
  await pass("23h")
  await retrieve(id)
  await client.send(new DeleteArchiveCommand({ ...VAULT, archiveId: id }))
  await pass("2h")
  await client.send(new DeleteVaultCommand(VAULT))
  await client.send(new CreateVaultCommand(VAULT))
  const other = await upload("x".repeat(1000))
  expect(await refusalOf(retrieve(other))).toBe(DENIED)
  await pass("4h")
  await retrieve(other)
})

test("the free tier is so much a day", async () => {
  const { pass, set, upload, retrieve } = await openPolicy()
  await set({ Strategy: "FreeTier" })
  // 341 MiB a day: six times the archive are 342.
  const id = await upload(Buffer.alloc(57 * 1024 * 1024))
  for (let at = 0; at < 5; at += 1) await retrieve(id)
  expect(await refusalOf(retrieve(id))).toBe(DENIED)
  await retrieve(id, { RetrievalByteRange: "0-1048575" })
  await pass("12h")
  await retrieve(id)
})

test("capacity is bought for a month, two units at a time", async () => {
  const { client, pass } = await openPolicy()
  const buy = () => client.send(new PurchaseProvisionedCapacityCommand({ accountId: "-" }))
  const list = async () =>
    (await client.send(new ListProvisionedCapacityCommand({ accountId: "-" })))
      .ProvisionedCapacityList
  await pass("16d")
  const { capacityId } = await buy()
  expect(await list()).toEqual([
    {
      ...{ CapacityId: capacityId, StartDate: "2026-01-31T12:00:00.000Z" },
      ExpirationDate: "2026-02-28T12:00:00.000Z",
    },
  ])
  await buy()
  expect(await refusalOf(buy())).toContain("LimitExceededException")
  await pass("28d")
  expect(await list()).toEqual([])
})

test("storage is billed by the hour, with what each archive takes on top, for 90 days at least", async () => {
  const { cloud, client, pass, upload } = await openPolicy()
  const used = () =>
    cloud.world.read((tx) => {
      const sums: Record<string, number> = {}
      for (const one of usageOf(tx, ACCOUNT, { from: NOW, to: tx.now + 1, limit: 10_000 }))
        sums[one.usageType] = (sums[one.usageType] ?? 0) + one.quantity
      return sums
    })
  const archiveId = await upload("x".repeat(1000))
  await pass("30d")
  const billed = 1000 + 32 * 1024
  const month = await used()
  expect(month["glacier:storage"]).toBeCloseTo(billed * 30 * 24, 3)
  expect(month["glacier:storage-index"]).toBeCloseTo(8 * 1024 * 30 * 24, 3)
  await pass("6h")
  await client.send(new DeleteArchiveCommand({ ...VAULT, archiveId }))
  await pass("30d")
  const all = await used()
  expect(all["glacier:storage"]).toBeCloseTo(billed * (30 * 24 + 6), 3)
  expect(all["glacier:early-delete"]).toBeCloseTo(billed * (60 * 24 - 6), 3)
})
