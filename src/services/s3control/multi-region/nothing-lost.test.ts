import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3"
import {
  CreateMultiRegionAccessPointCommand,
  DeleteMultiRegionAccessPointCommand,
  DescribeMultiRegionAccessPointOperationCommand,
  GetMultiRegionAccessPointRoutesCommand,
  ListMultiRegionAccessPointsCommand,
  S3ControlClient,
  SubmitMultiRegionAccessPointRoutesCommand,
} from "@aws-sdk/client-s3-control"
import { expect, test } from "vitest"
import type { Cloud } from "../../../gateway/cloud.ts"
import { gatewayConfig, openCrashing } from "../../../gateway/testing/sdk-config.ts"
import { createFaultyMachine } from "../../../kernel/sim/faulty-machine.ts"
import { createSeededRandom } from "../../../kernel/sim/seeded-random.ts"
import type { Storage } from "../../../kernel/storage.ts"

const AccountId = "000000000000"
const MINUTE_MS = 60_000
const MOST_BOOTS = 400

interface Booted {
  readonly cloud: Cloud
  readonly s3: S3Client
  readonly control: S3ControlClient
}

async function boot(storage: Storage): Promise<Booted> {
  const cloud = await openCrashing({ storage, reports: [] })
  const config = { ...gatewayConfig(cloud, AccountId), maxAttempts: 1 }
  return {
    cloud,
    s3: new S3Client({ ...config, region: "us-east-1" }),
    control: new S3ControlClient({ ...config, region: "us-west-2" }),
  }
}

test("what was taken on is done, whatever crashes on the way", async () => {
  let chance = 0
  const machine = createFaultyMachine({
    ...{ random: createSeededRandom(5), powerShare: 0 },
    get crashChance() {
      return chance
    },
  })
  const { storage } = machine
  let now = await boot(storage)
  /** A minute, second by second, on a machine that crashes again and again. */
  const goOn = async (): Promise<void> => {
    chance = 0.3
    for (let seconds = 0, boots = 0; seconds < 60 && boots < MOST_BOOTS;) {
      try {
        if (!machine.running) now = await boot(storage)
        await now.cloud.advance(1_000)
        seconds += 1
      } catch (error) {
        // Whatever a program says as it dies.
        if (machine.running) throw error
        boots += 1
      }
    }
    chance = 0
    if (!machine.running) now = await boot(storage)
    await now.cloud.advance(MINUTE_MS)
  }
  const names = [...Array(6).keys()].map((n) => `cats-${n}`)
  const europe = { CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } } as const
  await now.s3.send(new CreateBucketCommand({ Bucket: "america" }))
  await now.s3.send(new CreateBucketCommand({ Bucket: "europe", ...europe }))
  const Regions = [{ Bucket: "america" }, { Bucket: "europe" }]
  const tokens: (string | undefined)[] = []
  const create = async (Name: string): Promise<void> => {
    const asked = { AccountId, Details: { Name, Regions } }
    const made = await now.control.send(new CreateMultiRegionAccessPointCommand(asked))
    tokens.push(made.RequestTokenARN)
  }
  const list = async () =>
    (await now.control.send(new ListMultiRegionAccessPointsCommand({ AccountId }))).AccessPoints
  for (const name of names) await create(name)
  await now.cloud.advance(MINUTE_MS)
  const Mrap = `arn:aws:s3::${AccountId}:accesspoint/${(await list())?.[0]?.Alias}`
  const RouteUpdates = [{ Bucket: "america", TrafficDialPercentage: 0 }]
  const submit = new SubmitMultiRegionAccessPointRoutesCommand({ AccountId, Mrap, RouteUpdates })
  await now.control.send(submit)
  for (const Name of names.slice(1)) {
    const asked = { AccountId, Details: { Name } }
    const gone = await now.control.send(new DeleteMultiRegionAccessPointCommand(asked))
    tokens.push(gone.RequestTokenARN)
  }
  await create("dogs")
  await goOn()
  expect(machine.crashes.length).toBeGreaterThan(2)
  for (const RequestTokenARN of tokens) {
    const asked = { AccountId, RequestTokenARN }
    const describe = new DescribeMultiRegionAccessPointOperationCommand(asked)
    expect((await now.control.send(describe)).AsyncOperation?.RequestStatus).toBe("SUCCEEDED")
  }
  expect((await list())?.map(({ Name, Status }) => `${Name} ${Status}`)).toEqual([
    ...["cats-0 READY", "dogs READY"],
  ])
  const get = new GetMultiRegionAccessPointRoutesCommand({ AccountId, Mrap })
  const { Routes } = await now.control.send(get)
  expect(Routes?.map(({ TrafficDialPercentage }) => TrafficDialPercentage)).toEqual([0, 100])
})
