import {
  CreateVaultCommand,
  DeleteArchiveCommand,
  GetJobOutputCommand,
  InitiateJobCommand,
  UploadArchiveCommand,
} from "@aws-sdk/client-glacier"
import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { gatewayConfig, openCrashing } from "../../../gateway/testing/sdk-config.ts"
import { createFaultyMachine } from "../../../kernel/sim/faulty-machine.ts"
import { createSeededRandom } from "../../../kernel/sim/seeded-random.ts"
import { DAY_MS, HOUR_MS } from "../limits.ts"
import { clientOf, linked, VAULT } from "../testing/open-vault.ts"

const ARCHIVES = 40
const MOST_BOOTS = 400
const QUERIES = 10
const SELECT = {
  ...{ Type: "select", OutputLocation: { S3: { BucketName: "output", Prefix: "q" } } },
  SelectParameters: { ExpressionType: "SQL", Expression: "SELECT * FROM archive" },
}

test("inventories, retrievals and queries go on after each crash, and what was deleted leaves no bytes", async () => {
  let chance = 0
  const machine = createFaultyMachine({
    ...{ random: createSeededRandom(5), powerShare: 0 },
    get crashChance() {
      return chance
    },
  })
  const boot = async () => {
    const { storage } = machine
    return openCrashing({ storage, reports: [] })
  }
  let cloud = await boot()
  let boots = 0
  /** Turns the clock, over as many crashes as there are. */
  const pass = async (untilMs: number) => {
    for (chance = 0.3; boots < MOST_BOOTS; boots += 1)
      try {
        if (!machine.running) cloud = await boot()
        const leftMs = untilMs - (await cloud.world.read((tx) => tx.now))
        if (leftMs > 0) await cloud.advance(leftMs)
        // The clock may have been there before what was due then was done.
        await cloud.settle()
        break
      } catch (error) {
        // Whatever a program says as it dies.
        if (machine.running) throw error
      }
    chance = 0
  }
  const startMs = await cloud.world.read((tx) => tx.now)
  const first = clientOf(cloud)
  await first.send(new CreateVaultCommand(VAULT))
  const ids: string[] = []
  for (let at = 0; at < ARCHIVES; at += 1) {
    const made = await first.send(new UploadArchiveCommand({ ...VAULT, body: `archive ${at}` }))
    ids.push(made.archiveId ?? "")
  }
  await pass(startMs + DAY_MS)
  const second = clientOf(cloud)
  const begin = async (jobParameters: object) =>
    (await second.send(new InitiateJobCommand({ ...VAULT, jobParameters }))).jobId ?? ""
  const list = await begin({ Type: "inventory-retrieval" })
  const jobs: string[] = []
  for (const ArchiveId of ids) jobs.push(await begin({ Type: "archive-retrieval", ArchiveId }))
  await new S3Client(gatewayConfig(cloud)).send(new CreateBucketCommand({ Bucket: "output" }))
  const queries: string[] = []
  for (const ArchiveId of ids.slice(0, QUERIES)) queries.push(await begin({ ...SELECT, ArchiveId }))
  await pass(startMs + DAY_MS + 5 * HOUR_MS)
  const third = clientOf(cloud)
  const output = async (jobId: string) => {
    const { body } = await third.send(new GetJobOutputCommand({ ...VAULT, jobId }))
    return (await body?.transformToString()) ?? ""
  }
  const { ArchiveList } = JSON.parse(await output(list)) as { ArchiveList: { ArchiveId: string }[] }
  expect(ArchiveList.map(({ ArchiveId }) => ArchiveId)).toEqual(ids)
  for (const [at, job] of jobs.entries()) expect(await output(job)).toBe(`archive ${at}`)
  const s3 = new S3Client(gatewayConfig(cloud))
  const read = async (Key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "output", Key }))
    return (await Body?.transformToString()) ?? ""
  }
  for (const [at, query] of queries.entries()) {
    const [key = "", ...more] = (await read(`q/${query}/result_manifest.txt`)).split("\n")
    expect([await read(key.replace("s3://output/", "")), more]).toEqual([`archive ${at}\n`, [""]])
  }
  for (const archiveId of ids) await third.send(new DeleteArchiveCommand({ ...VAULT, archiveId }))
  await pass(startMs + 3 * DAY_MS)
  expect(await linked(cloud)).toBe(0)
  expect(machine.crashes.length).toBeGreaterThan(2)
})
