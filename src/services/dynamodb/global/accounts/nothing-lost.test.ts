import {
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import type { Cloud } from "../../../../gateway/cloud.ts"
import { gatewayConfig, openCrashing } from "../../../../gateway/testing/sdk-config.ts"
import { createFaultyMachine } from "../../../../kernel/sim/faulty-machine.ts"
import { createSeededRandom } from "../../../../kernel/sim/seeded-random.ts"
import type { Storage } from "../../../../kernel/storage.ts"
import { arnIn, OHIO, policyOf, VIRGINIA, type Place } from "../../testing/open-shared.ts"
import { keys } from "../../testing/open-table.ts"

const TableName = "MusicTable"
const ITEMS = 250
const MOST_BOOTS = 400

interface Booted {
  readonly cloud: Cloud
  at(place: Place): DynamoDBClient
}

async function boot(storage: Storage): Promise<Booted> {
  const cloud = await openCrashing({ storage, reports: [] })
  const at = ({ account, region }: Place) =>
    new DynamoDBClient({ ...gatewayConfig(cloud, account), region, maxAttempts: 1 })
  return { cloud, at }
}

const members = [OHIO, VIRGINIA]

async function makeTables({ cloud, at }: Booted): Promise<void> {
  await at(OHIO).send(
    new CreateTableCommand({
      ...{ TableName, ...keys("pk"), BillingMode: "PAY_PER_REQUEST" },
      GlobalTableSettingsReplicationMode: "ENABLED",
      ResourcePolicy: policyOf(OHIO, members, { joining: [VIRGINIA] }),
    }),
  )
  await cloud.settle()
  for (let i = 0; i < ITEMS; i += 1)
    await at(OHIO).send(new PutItemCommand({ TableName, Item: { pk: { S: `old-${i}` } } }))
}

async function join({ at }: Booted): Promise<void> {
  await at(VIRGINIA).send(
    new CreateTableCommand({
      ...{ TableName, GlobalTableSettingsReplicationMode: "ENABLED" },
      GlobalTableSourceArn: arnIn(OHIO),
      ResourcePolicy: policyOf(VIRGINIA, members),
    }),
  )
  for (let i = 0; i < ITEMS; i += 2) {
    await at(OHIO).send(new DeleteItemCommand({ TableName, Key: { pk: { S: `old-${i}` } } }))
    await at(OHIO).send(new PutItemCommand({ TableName, Item: { pk: { S: `new-${i}` } } }))
  }
}

async function itemsIn({ at }: Booted, place: Place): Promise<readonly string[]> {
  const { Items = [] } = await at(place).send(new ScanCommand({ TableName }))
  return Items.map(({ pk }) => pk?.S ?? "").toSorted()
}

test("a copy and changes reach the other account whole, whenever the machine crashes", async () => {
  let chance = 0
  const machine = createFaultyMachine({
    ...{ random: createSeededRandom(86), powerShare: 0 },
    get crashChance() {
      return chance
    },
  })
  const { storage } = machine
  let booted = await boot(storage)
  await makeTables(booted)
  await join(booted)
  chance = 0.3
  for (let boots = 0; boots < MOST_BOOTS; boots += 1)
    try {
      if (!machine.running) booted = await boot(storage)
      await booted.cloud.advance(60_000)
      break
    } catch (error) {
      // Whatever a program says as it dies.
      if (machine.running) throw error
    }
  chance = 0
  if (!machine.running) booted = await boot(storage)
  await booted.cloud.advance(60_000)
  expect(machine.crashes.length).toBeGreaterThan(2)
  const [ohio, virginia] = [await itemsIn(booted, OHIO), await itemsIn(booted, VIRGINIA)]
  expect(ohio).toHaveLength(ITEMS)
  expect(virginia).toEqual(ohio)
  const { Table } = await booted.at(VIRGINIA).send(new DescribeTableCommand({ TableName }))
  expect(Table).toMatchObject({ TableStatus: "ACTIVE", Replicas: [{ ReplicaStatus: "ACTIVE" }] })
})
