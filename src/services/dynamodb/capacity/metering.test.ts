import { expect, test } from "vitest"
import { usageOf } from "../../../kernel/meter.ts"
import type { World } from "../../../kernel/world.ts"
import { GetItem } from "../items/get-item.ts"
import { PutItem } from "../items/put-item.ts"
import { collections } from "../items/rows.ts"
import { UpdateTimeToLive } from "../ttl/time-to-live.ts"
import { usedMinutesOf } from "./minutes.ts"
import { CALL, createTable, openWorld, run } from "../testing/open-world.ts"

const TableName = "things"
const schema = (...names: readonly string[]) =>
  names.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? "HASH" : "RANGE" }) as const)
const definitions = (...names: readonly string[]) =>
  names.map((AttributeName) => ({ AttributeName, AttributeType: "S" }) as const)

/** What was counted in all, by usage type. */
const usage = (world: World): Promise<Record<string, number>> =>
  world.read((tx) => {
    const total: Record<string, number> = {}
    const range = { from: 0, to: tx.now + 1, limit: 1_000 }
    for (const { usageType, quantity } of usageOf(tx, CALL.account, range))
      total[usageType] = (total[usageType] ?? 0) + quantity
    return total
  })

const put = (world: World, bytes: number) =>
  world.write((tx) =>
    run(PutItem)(
      tx,
      { TableName, Item: { pk: { S: "a" }, v: { S: "x".repeat(bytes - 4) } } },
      CALL,
    ),
  )
const get = (world: World) =>
  world.write((tx) => run(GetItem)(tx, { TableName, Key: { pk: { S: "a" } } }, CALL))

test("DDB-38 on demand each request is paid, by its units, and nothing else but storage", async () => {
  const world = openWorld()
  await createTable(world, {
    TableName,
    KeySchema: schema("pk"),
    AttributeDefinitions: definitions("pk"),
    BillingMode: "PAY_PER_REQUEST",
  })
  await put(world, 1_500)
  await get(world)
  await get(world)
  expect(await usage(world)).toEqual({
    "dynamodb:write-request-units": 2,
    "dynamodb:read-request-units": 1,
  })
  await world.advance(2 * 3_600_000)
  expect(await usage(world)).toMatchObject({ "dynamodb:storage-STANDARD": 2 * (1_500 + 100) })
})

test("DDB-33 provisioned capacity is paid by the hour, used or not", async () => {
  const world = openWorld()
  await createTable(world, {
    TableName,
    KeySchema: schema("pk"),
    AttributeDefinitions: definitions("pk"),
    ProvisionedThroughput: { ReadCapacityUnits: 10, WriteCapacityUnits: 5 },
  })
  await put(world, 100)
  await world.advance(24 * 3_600_000)
  expect(await usage(world)).toEqual({
    "dynamodb:read-capacity-unit-hours": 240,
    "dynamodb:write-capacity-unit-hours": 120,
    "dynamodb:storage-STANDARD": 24 * 200,
  })
})

test("units and storage of the other table class are counted apart", async () => {
  const world = openWorld()
  await createTable(world, {
    TableName,
    KeySchema: schema("pk"),
    AttributeDefinitions: definitions("pk"),
    ProvisionedThroughput: { ReadCapacityUnits: 2, WriteCapacityUnits: 1 },
    TableClass: "STANDARD_INFREQUENT_ACCESS",
  })
  await put(world, 100)
  await world.advance(3_600_000)
  expect(await usage(world)).toEqual({
    "dynamodb:read-capacity-unit-hours-STANDARD_INFREQUENT_ACCESS": 2,
    "dynamodb:write-capacity-unit-hours-STANDARD_INFREQUENT_ACCESS": 1,
    "dynamodb:storage-STANDARD_INFREQUENT_ACCESS": 200,
  })
})

test("DDB-82 an item disappears after the time that its attribute says, without a write unit", async () => {
  const world = openWorld()
  await createTable(world, {
    TableName,
    KeySchema: schema("pk"),
    AttributeDefinitions: definitions("pk"),
    BillingMode: "PAY_PER_REQUEST",
  })
  const TimeToLiveSpecification = { Enabled: true, AttributeName: "expires" }
  await world.write((tx) => run(UpdateTimeToLive)(tx, { TableName, TimeToLiveSpecification }, CALL))
  await world.write((tx) => {
    const expires = { N: String(Math.floor(tx.now / 1_000) + 60) }
    return run(PutItem)(tx, { TableName, Item: { pk: { S: "a" }, expires } }, CALL)
  })
  const { Item: before } = (await get(world)) as { Item?: object }
  await world.advance(3_600_000)
  const { Item: after } = (await get(world)) as { Item?: object }
  expect([before === undefined, after]).toEqual([false, undefined])
  expect(await usage(world)).toMatchObject({ "dynamodb:write-request-units": 1 })
})

test("what a table used is kept by minutes, for those who scale it", async () => {
  const world = openWorld()
  const table = await createTable(world, {
    TableName,
    KeySchema: schema("pk"),
    AttributeDefinitions: definitions("pk"),
    BillingMode: "PAY_PER_REQUEST",
  })
  const minutes = () =>
    world.read((tx) => usedMinutesOf(tx, table.id, { fromMs: 0, toMs: tx.now + 1 }))
  const began = await world.read((tx) => tx.now)
  await world.advance(60_000 - (began % 60_000))
  const first = await world.read((tx) => tx.now)
  await put(world, 1_500)
  await get(world)
  await world.advance(60_000)
  await put(world, 3_000)
  await world.advance(60_000)
  await put(world, 100)
  expect((await minutes()).map(({ minuteMs, ...one }) => [minuteMs - first, one])).toEqual([
    [0, { id: table.id, reads: 0.5, writes: 2 }],
    [60_000, { id: table.id, reads: 0, writes: 3 }],
  ])
  await world.advance(4 * 3_600_000)
  await put(world, 100)
  expect(await minutes()).toHaveLength(1)
})

test("DDB-62 a collection of a table with local indexes grows to 10 GB", async () => {
  const world = openWorld()
  const table = await createTable(world, {
    TableName,
    KeySchema: schema("pk", "sk"),
    AttributeDefinitions: definitions("pk", "sk", "alt"),
    BillingMode: "PAY_PER_REQUEST",
    LocalSecondaryIndexes: [
      { IndexName: "alt", KeySchema: schema("pk", "alt"), Projection: { ProjectionType: "ALL" } },
    ],
  })
  const write = (sk: string, v = "x") =>
    world.write((tx) => {
      const Item = { pk: { S: "a" }, sk: { S: sk }, v: { S: v } }
      return run(PutItem)(tx, { TableName, Item, ReturnItemCollectionMetrics: "SIZE" }, CALL)
    })
  await write("1", "longer")
  await world.write((tx) => {
    const [collection] = tx.scan(collections, { prefix: [table.id], limit: 1 }).rows
    if (!collection) throw new Error("there is no collection")
    tx.put(collections, { ...collection, bytes: 10 * 1024 ** 3 })
  })
  await expect(write("2")).rejects.toMatchObject({
    code: "ItemCollectionSizeLimitExceededException",
    message: "Collection size exceeded.",
  })
  expect(await write("1", "short")).toMatchObject({
    ItemCollectionMetrics: { SizeEstimateRangeGB: [9, 10] },
  })
})
