import {
  GetObjectTaggingCommand,
  PutBucketInventoryConfigurationCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import type { Cloud } from "../../../gateway/cloud.ts"
import { gatewayConfig, openCrashing } from "../../../gateway/testing/sdk-config.ts"
import { createFaultyMachine } from "../../../kernel/sim/faulty-machine.ts"
import { createSeededRandom } from "../../../kernel/sim/seeded-random.ts"
import type { Storage } from "../../../kernel/storage.ts"
import type { Clients } from "../../s3/testing/open-replication.ts"
import { ACCOUNT, batchClients, document, openBatch } from "../testing/open-batch.ts"

const OBJECTS = 120
const MOST_BOOTS = 400
const HOUR_MS = 3_600_000

interface Booted {
  readonly cloud: Cloud
  readonly world: Clients
}

async function boot(storage: Storage): Promise<Booted> {
  const cloud = await openCrashing({ storage, reports: [] })
  const config = { ...gatewayConfig(cloud, ACCOUNT), maxAttempts: 1 }
  const client: Clients["client"] = (Client, more) => new Client({ ...config, ...more } as never)
  return { cloud, world: { client } }
}

test("a job and a list of an inventory go on after each crash, and tell of each object once", async () => {
  let chance = 0
  const machine = createFaultyMachine({
    ...{ random: createSeededRandom(3), powerShare: 0 },
    get crashChance() {
      return chance
    },
  })
  const { storage } = machine
  let { cloud, world } = await boot(storage)
  const batch = await openBatch(world)
  const keys = Array.from({ length: OBJECTS }, (_, at) => `k${String(at).padStart(3, "0")}`)
  for (const key of keys) await batch.put(key, key)
  const Principal = { Service: "s3.amazonaws.com" }
  const Policy = document({ Principal, Action: "s3:PutObject", Resource: "arn:aws:s3:::work/*" })
  await batch.s3.send(new PutBucketPolicyCommand({ Bucket: "work", Policy }))
  await batch.s3.send(
    new PutBucketInventoryConfigurationCommand({
      ...{ Bucket: "photos", Id: "all" },
      InventoryConfiguration: {
        ...{ Id: "all", IsEnabled: true, IncludedObjectVersions: "Current" },
        Schedule: { Frequency: "Daily" },
        Destination: { S3BucketDestination: { Bucket: "arn:aws:s3:::work", Format: "CSV" } },
      },
    }),
  )
  const TagSet = [{ Key: "a", Value: "1" }]
  const Manifest = await batch.manifest(...keys)
  const id = await batch.create({ S3PutObjectTagging: { TagSet } }, { Manifest })
  chance = 0.05
  for (let boots = 0; boots < MOST_BOOTS; boots += 1) {
    try {
      if (!machine.running) ({ cloud, world } = await boot(storage))
      await cloud.advance(24 * HOUR_MS)
      break
    } catch (error) {
      // Whatever a program says as it dies.
      if (machine.running) throw error
    }
  }
  chance = 0
  if (!machine.running) ({ cloud, world } = await boot(storage))
  await cloud.advance(HOUR_MS)
  expect(machine.crashes.length).toBeGreaterThan(2)
  const { job, report, s3, keysOf } = batchClients(world)
  expect(await job(id)).toMatchObject({
    Status: "Complete",
    ProgressSummary: { TotalNumberOfTasks: OBJECTS, NumberOfTasksSucceeded: OBJECTS },
  })
  expect(await report(id)).toEqual(keys.map((key) => `photos,${key},,succeeded,200,,Successful`))
  const last = { Bucket: "photos", Key: keys.at(-1) }
  expect((await s3.send(new GetObjectTaggingCommand(last))).TagSet).toEqual(TagSet)
  const lists = await keysOf("work", "photos/all/")
  const manifests = lists.filter((key) => key.endsWith("manifest.json"))
  expect(manifests.length).toBeGreaterThan(0)
  expect(lists.filter((key) => key.endsWith(".csv.gz"))).toHaveLength(manifests.length)
})
