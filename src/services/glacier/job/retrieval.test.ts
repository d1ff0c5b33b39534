import { createDecipheriv, createHash, randomBytes } from "node:crypto"
import {
  DeleteArchiveCommand,
  DescribeJobCommand,
  GetJobOutputCommand,
  ListJobsCommand,
  SetVaultNotificationsCommand,
} from "@aws-sdk/client-glacier"
import { expect, test } from "vitest"
import { plugIn } from "../../../gateway/testing/plug-in.ts"
import { usageOf } from "../../../kernel/meter.ts"
import { createMemoryBlobs } from "../../../kernel/sim/memory-blobs.ts"
import { createMemoryStorage } from "../../../kernel/sim/memory-storage.ts"
import { hostClock } from "../../../kernel/host/host-clock.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { unchecked } from "../../../registry/authorize.ts"
import type { ActionOperation } from "../../../registry/operation.ts"
import { archives, openKey, parts } from "../archive/archive.ts"
import { MIB } from "../limits.ts"
import {
  ACCOUNT,
  ARN,
  linked,
  openVault,
  refusalOf,
  VAULT,
  type TestVault,
} from "../testing/open-vault.ts"

const jobOf = ({ client }: TestVault, jobId: string) =>
  client.send(new DescribeJobCommand({ ...VAULT, jobId }))

test("GLC-3 an archive is read through a job, which takes minutes to hours by its tier", async () => {
  const vault = await openVault()
  const { pass, upload, retrieve, output } = vault
  const id = await upload("hello", "a greeting")
  const tiers = [
    ["Expedited", "4m", "1m"],
    ["Standard", "4h", "1h"],
    ["Bulk", "11h", "1h"],
  ] as const
  for (const [Tier, early, rest] of tiers) {
    const job = await retrieve(id, { Tier, Description: "please" })
    await pass(early)
    expect(await jobOf(vault, job)).toMatchObject({
      ...{ Action: "ArchiveRetrieval", ArchiveId: id, ArchiveSizeInBytes: 5, Completed: false },
      ...{ StatusCode: "InProgress", Tier, JobDescription: "please", VaultARN: ARN },
      ...{ RetrievalByteRange: "0-4" },
    })
    expect(await refusalOf(output(job))).toBe(
      `InvalidParameterValueException: The job is not currently available for download: ${job}`,
    )
    await pass(rest)
    expect(await jobOf(vault, job)).toMatchObject({
      ...{ Completed: true, StatusCode: "Succeeded", StatusMessage: "Succeeded" },
      SHA256TreeHash: createHash("sha256").update("hello").digest("hex"),
    })
    const { bytes, checksum } = await output(job)
    expect(bytes.toString()).toBe("hello")
    expect(checksum).toBe(createHash("sha256").update("hello").digest("hex"))
    await pass("23h")
    expect((await output(job)).bytes.toString()).toBe("hello")
    await pass("1h")
    expect(await refusalOf(output(job))).toBe(
      `ResourceNotFoundException: The job ID was not found: ${job}`,
    )
  }
})

test("expedited retrievals are counted, and so paid, apart from the others", async () => {
  const { cloud, pass, upload, retrieve } = await openVault()
  const id = await upload("x".repeat(1000))
  for (const Tier of ["Expedited", "Standard"]) await retrieve(id, { Tier })
  await pass("5h")
  const used = await cloud.world.read((tx) => {
    const rows = usageOf(tx, ACCOUNT, { from: 0, to: tx.now + 1, limit: 1_000 })
    return Object.fromEntries(rows.map(({ usageType, quantity }) => [usageType, quantity]))
  })
  expect(used).toMatchObject({
    "glacier:retrieval-requests-Expedited": 1,
    "glacier:retrieval-Expedited": 1000,
    "glacier:retrieval-requests-Standard": 1,
    "glacier:retrieval-Standard": 1000,
  })
})

test("GLC-2 what lies on the disk is encrypted with AES-256, under a key of the cloud's", async () => {
  const blobs = createMemoryBlobs()
  const { cloud, pass, upload, start, retrieve, output } = await openVault({
    storage: createMemoryStorage(hostClock, () => blobs),
  })
  const secret = "the plans of the new machine"
  const id = await upload(secret.repeat(100), "described in secret")
  await pass("1d")
  const inventory = await start({ Type: "inventory-retrieval" })
  const job = await retrieve(id)
  await pass("5h")
  const kept: string[] = []
  for await (const { id: blob } of blobs.list()) {
    const pieces: Uint8Array[] = []
    for await (const piece of blobs.open(blob)) pieces.push(piece)
    kept.push(Buffer.concat(pieces).toString("latin1"))
  }
  expect(kept).toHaveLength(2)
  for (const text of kept) expect(text).not.toMatch(/plans|ArchiveId|secret/)
  const plain = await cloud.world.read((tx) =>
    tx.scan(archives, { limit: 10 }).rows.map((archive) => {
      const { nonce = "" } = tx.get(parts, [archive.serial, 0]) ?? {}
      const counter = Buffer.from(nonce.padEnd(32, "0"), "hex")
      const key = openKey(tx, archive)
      expect(archive.key).not.toContain(Buffer.from(key).toString("base64").slice(0, 40))
      return kept.map((text) =>
        createDecipheriv("aes-256-ctr", key, counter).update(text, "latin1", "latin1"),
      )
    }),
  )
  expect(plain.flat()).toContain(secret.repeat(100))
  expect((await output(job)).bytes.toString()).toBe(secret.repeat(100))
  expect((await output(inventory)).bytes.toString()).toContain("described in secret")
})

test("ranges of an archive and of its output, with hashes where they are aligned", async () => {
  const vault = await openVault()
  const { client, pass, upload, retrieve, output } = vault
  const bytes = randomBytes(3 * MIB + 500)
  const id = await upload(bytes)
  const bad = ["1-5", "0-5", `0-${4 * MIB}`, "x", `${MIB}-${MIB - 1}`]
  for (const RetrievalByteRange of bad)
    expect(await refusalOf(retrieve(id, { RetrievalByteRange }))).toContain("RetrievalByteRange")
  const aligned = await retrieve(id, { RetrievalByteRange: `0-${2 * MIB - 1}` })
  const other = await retrieve(id, { RetrievalByteRange: `${MIB}-${bytes.length - 1}` })
  await pass("5h")
  const whole = await output(aligned)
  expect(whole.bytes.equals(bytes.subarray(0, 2 * MIB))).toBe(true)
  expect(whole.checksum).toBe((await jobOf(vault, aligned)).SHA256TreeHash)
  const part = await client.send(
    new GetJobOutputCommand({
      ...{ ...VAULT, jobId: aligned, range: `bytes=${MIB}-${2 * MIB - 1}` },
    }),
  )
  expect(part).toMatchObject({
    ...{
      status: 206,
      contentRange: `bytes ${MIB}-${2 * MIB - 1}/${2 * MIB}`,
      acceptRanges: "bytes",
    },
    checksum: createHash("sha256")
      .update(bytes.subarray(MIB, 2 * MIB))
      .digest("hex"),
  })
  const odd = await output(other, "bytes=10-19")
  expect([odd.checksum, odd.bytes.equals(bytes.subarray(MIB + 10, MIB + 20))]).toEqual([
    ...[undefined, true],
  ])
  expect((await jobOf(vault, other)).SHA256TreeHash).toBeUndefined()
  expect(await refusalOf(output(other, "bytes=9999999-"))).toContain("Invalid range")
})

test("a job that has the bytes keeps them when the archive goes; one in progress fails", async () => {
  const vault = await openVault()
  const { client, pass, upload, retrieve, output } = vault
  const id = await upload("hello")
  const ready = await retrieve(id, { Tier: "Expedited" })
  await pass("5m")
  const waiting = await retrieve(id)
  const remove = () => client.send(new DeleteArchiveCommand({ ...VAULT, archiveId: id }))
  await remove()
  await remove()
  expect(await refusalOf(retrieve(id))).toBe(
    `ResourceNotFoundException: The archive ID was not found: ${id}`,
  )
  await pass("5h")
  expect((await jobOf(vault, waiting)).StatusCode).toBe("Failed")
  expect((await output(ready)).bytes.toString()).toBe("hello")
  await pass("1d")
  expect(await linked(vault.cloud)).toBe(0)
  const none = new DeleteArchiveCommand({ ...VAULT, archiveId: "none" })
  expect(await refusalOf(client.send(none))).toContain("ResourceNotFoundException")
})

test("however many jobs there are of an archive, its bytes stay until the last has gone", async () => {
  const { cloud, client, pass, upload, retrieve, output } = await openVault()
  const archiveId = await upload("hello")
  const Tier = "Expedited"
  for (let at = 0; at < 501; at += 1) await retrieve(archiveId, { Tier })
  await pass("10h")
  const last = await retrieve(archiveId, { Tier })
  await pass("1h")
  await client.send(new DeleteArchiveCommand({ ...VAULT, archiveId }))
  await pass("20h")
  expect((await output(last)).bytes.toString()).toBe("hello")
  await pass("4h")
  expect(await linked(cloud)).toBe(0)
})

test("an inventory is the last day's, whatever came and went since", async () => {
  const vault = await openVault()
  const { client, pass, upload, start, output } = vault
  const inventory = { Type: "inventory-retrieval" }
  expect(await refusalOf(start(inventory))).toContain("ResourceNotFoundException")
  const one = await upload("one", 'say "one", please')
  await pass("1h")
  const two = await upload("two")
  await pass("23h")
  await client.send(new DeleteArchiveCommand({ ...VAULT, archiveId: one }))
  await upload("three")
  const json = await start(inventory)
  const csv = await start({ ...inventory, Format: "CSV" })
  const StartDate = "2026-01-15T12:30:00Z"
  const later = await start({ ...inventory, InventoryRetrievalParameters: { StartDate } })
  const first = await start({ ...inventory, InventoryRetrievalParameters: { Limit: "1" } })
  await pass("5h")
  const ids = async (job: string) => {
    const text = (await output(job)).bytes.toString()
    const { ArchiveList } = JSON.parse(text) as { ArchiveList: { ArchiveId: string }[] }
    return ArchiveList.map(({ ArchiveId }) => ArchiveId)
  }
  const { bytes } = await output(json)
  const sum = (text: string) => createHash("sha256").update(text).digest("hex")
  expect(JSON.parse(bytes.toString())).toEqual({
    ...{ VaultARN: ARN, InventoryDate: "2026-01-16T12:00:00Z" },
    ArchiveList: [
      {
        ...{ ArchiveId: one, ArchiveDescription: 'say "one", please', Size: 3 },
        ...{ CreationDate: "2026-01-15T12:00:00Z", SHA256TreeHash: sum("one") },
      },
      {
        ...{ ArchiveId: two, ArchiveDescription: "", Size: 3 },
        ...{ CreationDate: "2026-01-15T13:00:00Z", SHA256TreeHash: sum("two") },
      },
    ],
  })
  expect((await jobOf(vault, json)).InventorySizeInBytes).toBe(bytes.length)
  expect((await output(csv)).bytes.toString()).toBe(
    "ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash\n" +
      `${one},"say \\"one\\", please",2026-01-15T12:00:00Z,3,${sum("one")}\n` +
      `${two},,2026-01-15T13:00:00Z,3,${sum("two")}\n`,
  )
  expect([await ids(later), await ids(first)]).toEqual([[two], [one]])
  const { Marker } = (await jobOf(vault, first)).InventoryRetrievalParameters ?? {}
  const rest = await start({ ...inventory, InventoryRetrievalParameters: { Marker } })
  await pass("5h")
  expect(await ids(rest)).toEqual([two])
  expect((await jobOf(vault, rest)).InventoryRetrievalParameters?.Marker).toBeUndefined()
})

test("jobs are listed by their state, page by page", async () => {
  const { client, pass, upload, retrieve } = await openVault()
  const id = await upload("x")
  const made = [await retrieve(id, { Tier: "Expedited" }), await retrieve(id), await retrieve(id)]
  await pass("5m")
  const list = async (more: object) => {
    const { JobList, Marker } = await client.send(new ListJobsCommand({ ...VAULT, ...more }))
    return { ids: JobList?.map(({ JobId }) => JobId), Marker }
  }
  expect((await list({})).ids).toEqual(made)
  expect((await list({ completed: "true" })).ids).toEqual(made.slice(0, 1))
  expect((await list({ statuscode: "InProgress" })).ids).toEqual(made.slice(1))
  const { ids, Marker } = await list({ limit: 2 })
  expect([ids, (await list({ marker: Marker })).ids]).toEqual([made.slice(0, 2), made.slice(2)])
  expect(await refusalOf(list({ statuscode: "finished" }))).toBe(
    "InvalidParameterValueException: The job status code is not valid: finished",
  )
})

test("what cannot be a job", async () => {
  const { upload, start, retrieve } = await openVault()
  const id = await upload("x")
  expect(await refusalOf(start({}))).toContain("MissingParameterValueException")
  expect(await refusalOf(start({ Type: "copy" }))).toContain("InvalidParameterValueException")
  expect(await refusalOf(retrieve(id, { Tier: "Soon" }))).toContain("Invalid tier")
  expect(await refusalOf(retrieve("none"))).toContain("ResourceNotFoundException")
})

test("the end of a job is told to its topic and to the vault's", async () => {
  const { cloud, client, pass, upload, retrieve } = await openVault()
  const told: { TopicArn: string; Message: string }[] = []
  let failures = 1
  const Publish: ActionOperation<(typeof told)[number], object> = {
    ...{ kind: "action", name: "Publish", authorize: unchecked("a topic of a test") },
    run(_ctx, input, call) {
      expect(call.principal).toMatchObject({ type: "service", name: "glacier.amazonaws.com" })
      failures -= 1
      if (failures >= 0) return Promise.reject(new AwsError("Throttled", "busy"))
      told.push(input)
      return Promise.resolve({ MessageId: "m" })
    },
  }
  plugIn(cloud, "sns", { Publish })
  const [own, ofVault] = ["own", "vault"].map((name) => `arn:aws:sns:us-east-1:${ACCOUNT}:${name}`)
  const vaultNotificationConfig = { SNSTopic: ofVault, Events: ["ArchiveRetrievalCompleted"] }
  await client.send(new SetVaultNotificationsCommand({ ...VAULT, vaultNotificationConfig }))
  const JobId = await retrieve(await upload("x"), { SNSTopic: own })
  await pass("6h")
  await cloud.settle()
  expect(told.map(({ TopicArn }) => TopicArn).sort()).toEqual([own, ofVault])
  for (const { TopicArn, Message } of told)
    expect(JSON.parse(Message)).toMatchObject({
      ...{ Action: "ArchiveRetrieval", Completed: true, StatusCode: "Succeeded", JobId },
      ...{ SNSTopic: TopicArn, VaultARN: ARN, InventorySizeInBytes: null },
    })
})
