import { RebootNodeCommand } from "@aws-sdk/client-dax"
import {
  CreateParameterGroupCommand,
  DescribeEventsCommand,
  UpdateParameterGroupCommand,
} from "@aws-sdk/client-dax"
import { DeleteItemCommand, PutItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { describe } from "../testing/open-dax.ts"
import { allow, openNodes } from "../testing/open-nodes.ts"
import { rawNode } from "../testing/raw-node.ts"

const TableName = "orders"
const keyOf = (number: number) => ({ customer: "ann", number })

/** Writes and deletes behind the cluster's back. */
const putDirectly = (dynamodb: DynamoDBClient, number: number, total: number) =>
  dynamodb.send(
    new PutItemCommand({
      TableName,
      Item: { customer: { S: "ann" }, number: { N: `${number}` }, total: { N: `${total}` } },
    }),
  )
const deleteDirectly = (dynamodb: DynamoDBClient, number: number) =>
  dynamodb.send(
    new DeleteItemCommand({
      TableName,
      Key: { customer: { S: "ann" }, number: { N: `${number}` } },
    }),
  )

const QUERY = {
  ...{ TableName, KeyConditionExpression: "customer = :c" },
  ExpressionAttributeValues: { ":c": "ann" },
}

test("DAX-6 DAX-12 DAX-16 items are cached by key; what DynamoDB has since is seen after the TTL", async () => {
  const { connect, dynamodb, cloud } = await openNodes()
  const client = connect()
  const totalOf = async (number: number, more = {}) =>
    (await client.get({ TableName, Key: keyOf(number), ...more })).Item?.["total"]
  const batch = async (more = {}) => {
    const orders = { Keys: [keyOf(1), keyOf(2)], ...more }
    const { Responses } = await client.batchGet({ RequestItems: { orders } })
    return Responses?.["orders"]?.map(({ total }) => total).toSorted()
  }
  await putDirectly(dynamodb, 1, 10)
  expect(await totalOf(1)).toBe(10)
  // That there is no such item is remembered too.
  expect(await totalOf(2)).toBeUndefined()
  await putDirectly(dynamodb, 1, 11)
  await putDirectly(dynamodb, 2, 20)
  expect(await totalOf(1)).toBe(10)
  expect(await totalOf(2)).toBeUndefined()
  expect(await batch()).toEqual([10])
  expect(await totalOf(1, { ConsistentRead: true })).toBe(11)
  expect(await batch({ ConsistentRead: true })).toEqual([11, 20])
  // What was read so is not kept.
  expect(await totalOf(1)).toBe(10)
  await cloud.advance("299s")
  expect(await totalOf(1)).toBe(10)
  await cloud.advance("1s")
  expect(await batch()).toEqual([11, 20])
  await deleteDirectly(dynamodb, 1)
  expect(await totalOf(1)).toBe(11)
})

test("DAX-7 DAX-11 queries and scans are cached by their parameters, and no write refreshes them", async () => {
  const { connect, cloud } = await openNodes()
  const client = connect()
  await client.put({ TableName, Item: { ...keyOf(1), total: 10 } })
  const query = async (more = {}) => (await client.query({ ...QUERY, ...more })).Count
  const scan = async (more = {}) => (await client.scan({ TableName, ...more })).Count
  expect([await query(), await scan()]).toEqual([1, 1])
  await client.put({ TableName, Item: { ...keyOf(2), total: 20 } })
  expect([await query(), await scan()]).toEqual([1, 1])
  expect([await query({ Limit: 9 }), await scan({ Limit: 9 })]).toEqual([2, 2])
  expect([await query({ ConsistentRead: true }), await scan({ ConsistentRead: true })]).toEqual([
    ...[2, 2],
  ])
  expect([await query(), await scan()]).toEqual([1, 1])
  expect((await client.get({ TableName, Key: keyOf(2) })).Item?.["total"]).toBe(20)
  await cloud.advance("5m")
  expect([await query(), await scan()]).toEqual([2, 2])
})

test("DAX-10 writes go to DynamoDB first; what it refuses changes no cache", async () => {
  const { connect, dynamodb } = await openNodes()
  const client = connect()
  const totalOf = async () => (await client.get({ TableName, Key: keyOf(1) })).Item?.["total"]
  await client.put({ TableName, Item: { ...keyOf(1), total: 10 } })
  // The cache has it: DynamoDB is not asked.
  await deleteDirectly(dynamodb, 1)
  expect(await totalOf()).toBe(10)
  const refused = client.put({
    ...{ TableName, Item: { ...keyOf(1), total: 11 } },
    ConditionExpression: "attribute_exists(total)",
  })
  await expect(refused).rejects.toMatchObject({ code: "ConditionalCheckFailedException" })
  expect(await totalOf()).toBe(10)
  await client.update({
    ...{ TableName, Key: keyOf(1), UpdateExpression: "SET total = :t" },
    ExpressionAttributeValues: { ":t": 12 },
  })
  await deleteDirectly(dynamodb, 1)
  expect(await totalOf()).toBe(12)
  await client.delete({ TableName, Key: keyOf(1) })
  await putDirectly(dynamodb, 1, 13)
  expect(await totalOf()).toBeUndefined()
  const orders = [{ PutRequest: { Item: { ...keyOf(1), total: 14 } } }]
  await client.batchWrite({ RequestItems: { orders } })
  await deleteDirectly(dynamodb, 1)
  expect(await totalOf()).toBe(14)
})

test("DAX-20 hits use no read capacity", async () => {
  const { connect, dynamodb } = await openNodes()
  const client = connect()
  await putDirectly(dynamodb, 1, 10)
  const used = async (): Promise<number | undefined> => {
    const ReturnConsumedCapacity = "TOTAL"
    const got = await client.get({ TableName, Key: keyOf(1), ReturnConsumedCapacity })
    return got.ConsumedCapacity?.CapacityUnits
  }
  expect([await used(), await used(), await used()]).toEqual([0.5, 0, 0])
})

test("a parameter group sets how long a cluster's caches keep", async () => {
  const opened = await openNodes({ ReplicationFactor: 1 })
  const { client: control, cloud, dynamodb } = opened
  const ParameterGroupName = "short"
  await control.send(new CreateParameterGroupCommand({ ParameterGroupName }))
  const ParameterNameValues = [{ ParameterName: "record-ttl-millis", ParameterValue: "2000" }]
  await control.send(new UpdateParameterGroupCommand({ ParameterGroupName, ParameterNameValues }))
  const { newCluster } = await import("../testing/open-dax.ts")
  const other = await newCluster(opened, { ClusterName: "short", ParameterGroupName })
  const client = opened.connect({ endpoint: other.ClusterDiscoveryEndpoint?.URL })
  const totalOf = async () => (await client.get({ TableName, Key: keyOf(1) })).Item?.["total"]
  await putDirectly(dynamodb, 1, 10)
  expect(await totalOf()).toBe(10)
  await putDirectly(dynamodb, 1, 11)
  await cloud.advance(1999)
  expect(await totalOf()).toBe(10)
  await cloud.advance(1)
  expect(await totalOf()).toBe(11)
})

test("DAX-4 DAX-13 DAX-14 one node takes writes, all serve reads, and another takes its place", async () => {
  const { client, cloud, cluster, dynamodb } = await openNodes({}, undefined, { sockets: false })
  const ports = (cluster.Nodes ?? []).map(({ Endpoint }) => Endpoint?.Port ?? 0)
  const open = await Promise.all(ports.map((port) => rawNode(cloud, port)))
  const [a, b, c] = open
  expect(await b?.endpoints()).toEqual(["orders-a*", "orders-b", "orders-c"])
  // What is written through one node all nodes know.
  await b?.setTotal(1, 10)
  await putDirectly(dynamodb, 1, 99)
  expect(await Promise.all(open.map((node) => node.total(1)))).toEqual(["10", "10", "10"])
  // A node that starts again knows nothing: it asks DynamoDB, and tells the others.
  const NodeId = "orders-c"
  await client.send(new RebootNodeCommand({ ClusterName: "orders", NodeId }))
  await expect(c?.total(1)).rejects.toThrow("hung up")
  expect(await a?.endpoints()).toEqual(["orders-a*", "orders-b"])
  await cloud.advance("1m")
  expect(await b?.total(1)).toBe("10")
  const again = await rawNode(cloud, ports[2] ?? 0)
  expect(await again.total(1)).toBe("99")
  expect(await b?.total(1)).toBe("99")
  // The primary's AZ fails.
  const az = cluster.Nodes?.[0]?.AvailabilityZone ?? ""
  await cloud.fail({ az })
  expect(await describe(client)).toMatchObject({ TotalNodes: 3, ActiveNodes: 2 })
  await expect(a?.total(1)).rejects.toThrow("hung up")
  expect(await b?.endpoints()).toEqual(["orders-b*", "orders-c"])
  await b?.setTotal(1, 11)
  await cloud.heal({ az })
  // It is back as a replica, and has forgotten what it had.
  expect(await b?.endpoints()).toEqual(["orders-a", "orders-b*", "orders-c"])
  const back = await rawNode(cloud, ports[0] ?? 0)
  expect(await back.total(1)).toBe("11")
  const { Events = [] } = await client.send(new DescribeEventsCommand({}))
  expect(Events.map(({ Message }) => Message)).toContain("Failed over to node orders-b.")
})

test("a cluster has its role's rights in DynamoDB, and no more", async () => {
  const opened = await openNodes({}, { Action: "dynamodb:DescribeTable", Resource: "*" })
  const client = opened.connect()
  const get = () => client.get({ TableName, Key: keyOf(1) })
  await expect(get()).rejects.toMatchObject({ code: "AccessDeniedException" })
  await allow(opened, { Action: ["dynamodb:DescribeTable", "dynamodb:GetItem"], Resource: "*" })
  expect((await get()).Item).toBeUndefined()
  const put = client.put({ TableName, Item: keyOf(1) })
  await expect(put).rejects.toMatchObject({ code: "AccessDeniedException" })
})
