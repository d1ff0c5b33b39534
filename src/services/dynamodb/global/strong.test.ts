import {
  PutItemCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateTableCommandInput,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { openGlobal } from "../testing/open-global.ts"
import { keys, refusalOf } from "../testing/open-table.ts"

const [EAST, OHIO, WEST] = ["us-east-1", "us-east-2", "us-west-2"] as const

const strong = (...regions: string[]): Partial<UpdateTableCommandInput> => ({
  ReplicaUpdates: regions.map((RegionName) => ({ Create: { RegionName } })),
  MultiRegionConsistency: "STRONG",
})
const witness = (RegionName: string): Partial<UpdateTableCommandInput> => ({
  GlobalTableWitnessUpdates: [{ Create: { RegionName } }],
})
const openStrong = () => openGlobal([], {}, strong(OHIO, WEST))

test("a strongly consistent read in any Region sees the last write of any", async () => {
  const table = await openStrong()
  expect(await table.describe(WEST)).toMatchObject({
    MultiRegionConsistency: "STRONG",
    Replicas: [{ RegionName: EAST }, { RegionName: OHIO }],
  })
  await table.write(EAST, "1")
  expect(await table.read(WEST, "a", true)).toBe("1")
  await table.write(WEST, "2")
  expect(await table.read(EAST, "a", true)).toBe("2")
  expect(await table.read(OHIO, "a", true)).toBe("2")
})

test("conditions look at the last write of any Region", async () => {
  const table = await openStrong()
  const add = new UpdateItemCommand({
    TableName: table.TableName,
    Key: { pk: { S: "a" }, sk: { S: "1" } },
    UpdateExpression: "ADD n :one",
    ExpressionAttributeValues: { ":one": { N: "1" } },
    ReturnValues: "ALL_NEW",
  })
  for (const region of [EAST, OHIO, WEST, EAST]) await table.in(region).send(add)
  const { Attributes } = await table.in(WEST).send(add)
  expect(Attributes?.["n"]).toEqual({ N: "5" })
  const once = new PutItemCommand({
    TableName: table.TableName,
    Item: { pk: { S: "a" }, sk: { S: "1" } },
    ConditionExpression: "attribute_not_exists(pk)",
  })
  expect(await refusalOf(table.in(OHIO).send(once))).toMatch(/^ConditionalCheckFailed/)
})

test("with one Region of three down the others serve; it is current when it is back", async () => {
  const { cloud, ...table } = await openStrong()
  await table.write(EAST, "1")
  await cloud.fail({ region: EAST })
  await table.write(WEST, "2")
  expect(await table.read(OHIO, "a", true)).toBe("2")
  await cloud.fail({ region: WEST })
  await cloud.heal({ region: EAST })
  expect(await table.read(EAST, "a", true)).toBe("2")
  await table.write(EAST, "3")
  expect(await table.read(OHIO, "a", true)).toBe("3")
  await cloud.heal({ region: WEST })
  await cloud.advance("10s")
  expect(await table.read(WEST)).toBe("3")
})

test("with two Regions of three down, writes and strongly consistent reads are refused", async () => {
  const { cloud, ...table } = await openStrong()
  await table.write(EAST, "1")
  await cloud.fail({ region: OHIO })
  await cloud.fail({ region: WEST })
  expect(await refusalOf(table.write(EAST, "2"))).toMatch(/^InternalServerError/)
  expect(await refusalOf(table.read(EAST, "a", true))).toMatch(/^InternalServerError/)
  expect(await table.read(EAST)).toBe("1")
})

test("a witness counts, and has no table", async () => {
  const { cloud, ...table } = await openGlobal([], {}, { ...strong(OHIO), ...witness(WEST) })
  expect(await table.describe(OHIO)).toMatchObject({
    Replicas: [{ RegionName: EAST }],
    GlobalTableWitnesses: [{ RegionName: WEST, WitnessStatus: "ACTIVE" }],
  })
  expect(await refusalOf(table.describe(WEST))).toMatch(/^ResourceNotFoundException/)
  await cloud.fail({ region: OHIO })
  await table.write(EAST, "1")
  await cloud.fail({ region: WEST })
  expect(await refusalOf(table.write(EAST, "2"))).toMatch(/^InternalServerError/)
})

test("a witness leaves with the last other replica", async () => {
  const table = await openGlobal([], {}, { ...strong(OHIO), ...witness(WEST) })
  await table.write(OHIO, "1")
  await table.update(EAST, {
    ReplicaUpdates: [{ Delete: { RegionName: OHIO } }],
    GlobalTableWitnessUpdates: [{ Delete: { RegionName: WEST } }],
  })
  await table.cloud.advance("1s")
  const east = await table.describe(EAST)
  expect([east?.Replicas, east?.GlobalTableWitnesses]).toEqual([undefined, undefined])
  expect(await table.read(EAST)).toBe("1")
})

test("transactions are refused", async () => {
  const { TableName, client } = await openStrong()
  const Key = { pk: { S: "a" }, sk: { S: "1" } }
  const puts = [{ Put: { TableName, Item: Key } }]
  const gets = [{ Get: { TableName, Key } }]
  for (const command of [
    new TransactWriteItemsCommand({ TransactItems: puts }),
    new TransactGetItemsCommand({ TransactItems: gets }),
  ])
    expect(await refusalOf(client.send(command as never))).toBe(
      "ValidationException: Transactions are not supported on MRSC global tables",
    )
})

test("what cannot be strong is refused", async () => {
  const table = await openGlobal([])
  const refused = async (input: Partial<UpdateTableCommandInput>) =>
    (await refusalOf(table.update(EAST, input))).replace(/^ValidationException: /, "")
  expect(await refused(strong(OHIO))).toMatch(/^An MRSC global table must have three/)
  expect(await refused(strong(OHIO, "eu-west-1"))).toMatch(/not supported in these Regions/)
  expect(await refused(witness(WEST))).toMatch(/^A witness can only/)
  await table.write(EAST, "1")
  expect(await refused(strong(OHIO, WEST))).toBe(
    "The table must be empty to be made an MRSC global table",
  )
})

test("members leave all at once", async () => {
  const table = await openStrong()
  await table.write(WEST, "1")
  const leaving = (...regions: string[]) =>
    table.update(EAST, {
      ReplicaUpdates: regions.map((RegionName) => ({ Delete: { RegionName } })),
    })
  expect(await refusalOf(leaving(WEST))).toMatch(/^ValidationException: All other replicas/)
  await leaving(OHIO, WEST)
  await table.cloud.advance("5s")
  expect((await table.describe(EAST))?.MultiRegionConsistency).toBeUndefined()
  expect(await table.read(EAST)).toBe("1")
  await table.update(EAST, {
    AttributeDefinitions: keys("v").AttributeDefinitions,
    StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
  })
})
