/**
 * What DynamoDB costs: PutItem and GetItem of an item of 300 bytes and Query of 20 of them against
 * a bare node:http echo, in server CPU per request.
 *
 *   node bench/dynamodb.ts [--rounds 9] [--seconds 1]
 */
import { setImmediate } from "node:timers/promises"
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { askOnce } from "./connection.ts"
import { cpuOfPeer, cpuOfRequest, inRounds, times, type Laps, type Measure } from "./figures.ts"
import { awsRequest } from "./requests.ts"
import { CLOUDARIUM, DYNAMODB_PEERS, ECHO, startBench, type Bench } from "./servers.ts"

/** How many bare echoes each may cost. */
export const DYNAMODB_LIMITS = { PutItem: 2.2, GetItem: 2.2, Query: 3 } as const

type Measured = keyof typeof DYNAMODB_LIMITS
const MEASURED = Object.keys(DYNAMODB_LIMITS) as Measured[]

export const dynamodb = (operation: string, input: object): Buffer =>
  awsRequest("dynamodb", "application/x-amz-json-1.0", {
    body: JSON.stringify(input),
    target: `DynamoDB_20120810.${operation}`,
  })

const TableName = "bench"
const key = (i: number) => ({ pk: { S: "customer" }, sk: { S: `order-${1000 + i}` } })
const item = (i: number) => ({
  ...key(i),
  total: { N: "129.90" },
  state: { S: "shipped" },
  open: { BOOL: false },
  lines: {
    L: [{ M: { sku: { S: "A-1" }, n: { N: "2" } } }, { M: { sku: { S: "B-7" }, n: { N: "1" } } }],
  },
  note: { S: "x".repeat(100) },
})

const REQUESTS: Readonly<Record<Measured, Buffer>> = {
  PutItem: dynamodb("PutItem", { TableName, Item: item(0) }),
  GetItem: dynamodb("GetItem", { TableName, Key: key(0) }),
  Query: dynamodb("Query", {
    TableName,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": { S: "customer" } },
  }),
}

/** One key is asked for more often than AWS lets it: while the clock stands there is no rate. */
export const STAND_STILL = Buffer.from(
  "POST /_cloudarium/clock HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n" +
    'content-length: 15\r\n\r\n{"freeze":true}',
)

async function active(port: number): Promise<void> {
  const describe = dynamodb("DescribeTable", { TableName })
  while (!(await askOnce(port, describe)).includes('"ACTIVE"')) await setImmediate()
}

async function fill({ port }: Bench): Promise<void> {
  const schema = [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ]
  const AttributeDefinitions = ["pk", "sk"].map((AttributeName) => ({
    AttributeName,
    AttributeType: "S",
  }))
  const BillingMode = "PAY_PER_REQUEST"
  const table = { TableName, KeySchema: schema, AttributeDefinitions, BillingMode }
  await askOnce(port, dynamodb("CreateTable", table))
  await active(port)
  for (let i = 0; i < 20; i++)
    await askOnce(port, dynamodb("PutItem", { TableName, Item: item(i) }))
}

export type DynamoDbCosts = Record<Measured, number> & {
  readonly peers: readonly PeerCosts[]
}

/** How many times what ours costs a peer's takes, and how many it shall. */
interface PeerCosts {
  readonly peer: string
  readonly limit: number
  readonly costs: Record<Measured, number>
}

/** Multiples of an echo, and of ours. */
export async function dynamodbCosts(options: Laps): Promise<DynamoDbCosts> {
  const probe = async (port: number): Promise<void> =>
    void (await askOnce(port, dynamodb("ListTables", {})))
  const echo = (await startBench(ECHO, probe)) as Bench
  const own = (await startBench(CLOUDARIUM, probe)) as Bench
  await askOnce(own.port, STAND_STILL)
  await fill(own)
  const peers: { readonly server: Bench; readonly limit: number }[] = []
  for (const { kind, limit } of DYNAMODB_PEERS) {
    const server = await startBench(kind, probe)
    if (!server) continue
    await fill(server)
    peers.push({ server, limit })
  }
  const measures: Record<string, Measure> = { echo: cpuOfRequest(echo, REQUESTS.PutItem) }
  for (const name of MEASURED) {
    measures[name] = cpuOfRequest(own, REQUESTS[name])
    for (const { server } of peers)
      measures[`${server.name} ${name}`] = cpuOfPeer(server, REQUESTS[name])
  }
  const seen = await inRounds(measures, options)
  await Promise.all([echo, own, ...peers.map(({ server }) => server)].map((one) => one.stop()))
  const costs = (of: (name: Measured) => number): Record<Measured, number> => ({
    ...{ PutItem: of("PutItem"), GetItem: of("GetItem"), Query: of("Query") },
  })
  const figures = (name: string): number[] => seen[name] as number[]
  return {
    ...costs((name) => times(figures(name), figures("echo"))),
    peers: peers.map(({ server, limit }) => ({
      ...{ peer: server.name, limit },
      costs: costs((name) => times(figures(`${server.name} ${name}`), figures(name))),
    })),
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "1" },
      rounds: { type: "string", default: "9" },
    },
  })
  const costs = await dynamodbCosts({
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
  })
  for (const [name, limit] of Object.entries(DYNAMODB_LIMITS))
    console.log(`${name.padEnd(8)} ${costs[name as Measured].toFixed(2)} × echo (gate ≤ ${limit})`)
  for (const { peer, limit, costs: theirs } of costs.peers)
    for (const name of MEASURED)
      console.log(`${name.padEnd(8)} ${peer} ÷ ours ${theirs[name].toFixed(1)} (gate ≥ ${limit})`)
}
