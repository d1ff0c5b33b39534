/**
 * A large table: what memory the server takes for itself with millions of items of 1 KB, and whether
 * reading them costs more than in a small table. Items are read by random keys, in pages of 20.
 * Linux only; 5 million items take some minutes and 15 GB of disk.
 *
 *   node scripts/build.ts --no-types && node bench/dynamodb-large.ts [--items 5000000] [--rounds 5]
 */
import { setImmediate } from "node:timers/promises"
import { parseArgs } from "node:util"
import { askOnce, Connection } from "./connection.ts"
import { dynamodb, STAND_STILL } from "./dynamodb.ts"
import { median } from "./figures.ts"
import { processCpuUs } from "./load.ts"
import { CLOUDARIUM, startBench, type Bench } from "./servers.ts"

const { values } = parseArgs({
  options: {
    items: { type: "string", default: "5000000" },
    rounds: { type: "string", default: "5" },
  },
})
const SMALL = 10_000
const LARGE = Number(values.items)
const ROUNDS = Number(values.rounds)
/** Items of one partition key: what a query answers. */
const PARTITION = 20
const BATCH = 25
const WRITERS = 8
const READERS = 8
const READS = 10_000
const MEMORY_LIMIT_MB = 400
const COST_LIMIT = 1.25

const key = (i: number) => ({
  pk: { S: `customer-${Math.floor(i / PARTITION)}` },
  sk: { S: `order-${100 + (i % PARTITION)}` },
})

/** Of about 1 KB, by AWS's count. */
const item = (i: number) => ({
  ...key(i),
  total: { N: "129.90" },
  state: { S: "shipped" },
  open: { BOOL: false },
  lines: { L: [{ M: { sku: { S: "A-1" }, n: { N: "2" } } }] },
  note: { S: "x".repeat(900) },
})

async function createTable(port: number, TableName: string): Promise<void> {
  const names = ["pk", "sk"]
  const table = {
    TableName,
    KeySchema: names.map((AttributeName, i) => ({
      AttributeName,
      KeyType: i === 0 ? "HASH" : "RANGE",
    })),
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    BillingMode: "PAY_PER_REQUEST",
  }
  await askOnce(port, dynamodb("CreateTable", table))
  const describe = dynamodb("DescribeTable", { TableName })
  while (!(await askOnce(port, describe)).includes('"ACTIVE"')) await setImmediate()
}

async function fill({ port }: Bench, table: string, items: number): Promise<void> {
  let next = 0
  const write = async (): Promise<void> => {
    const connection = new Connection(port)
    while (next < items) {
      const first = next
      next += BATCH
      const requests = Array.from({ length: Math.min(BATCH, items - first) }, (_, i) => ({
        PutRequest: { Item: item(first + i) },
      }))
      const request = dynamodb("BatchWriteItem", { RequestItems: { [table]: requests } })
      const { status, body } = await connection.ask(request)
      if (status !== 200 || !body.includes('"UnprocessedItems":{}')) throw new Error(body)
      if (first % 500_000 < BATCH && first > 0) process.stderr.write(`${first} items\n`)
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: WRITERS }, write))
}

/** Server CPU of one request, of those that `request` makes of random numbers of items. */
async function cost(
  { port, pid }: Bench,
  items: number,
  request: (i: number) => Buffer,
): Promise<number> {
  const random = (): Buffer => request(Math.floor(Math.random() * items))
  const requests = Array.from({ length: READS }, random)
  let at = 0
  const read = async (): Promise<void> => {
    const connection = new Connection(port)
    while (at < READS) {
      const { status, body } = await connection.ask(requests[at++] as Buffer)
      if (status !== 200 || body.length < 1000) throw new Error(body)
    }
    connection.close()
  }
  const before = processCpuUs(pid)
  await Promise.all(Array.from({ length: READERS }, read))
  return (processCpuUs(pid) - before) / READS
}

const query = (TableName: string) => (i: number) =>
  dynamodb("Query", {
    TableName,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": key(i).pk },
  })

const get = (TableName: string) => (i: number) => dynamodb("GetItem", { TableName, Key: key(i) })

const say = (what: string, value: string, limit: string, ok: boolean): void =>
  console.log(`${ok ? "ok  " : "FAIL"} ${what.padEnd(60)} ${value.padStart(10)}  ${limit}`)

const probe = async (port: number): Promise<void> =>
  void (await askOnce(port, dynamodb("ListTables", {})))

const server = (await startBench(CLOUDARIUM, probe)) as Bench
await askOnce(server.port, STAND_STILL)
for (const [table, items] of [
  ["small", SMALL],
  ["large", LARGE],
] as const) {
  await createTable(server.port, table)
  await fill(server, table, items)
}
const count = LARGE.toLocaleString("en")
const memory = server.ownMb()
say(
  `memory of its own with ${count} items of 1 KB`,
  `${memory.toFixed(0)} MB`,
  `≤ ${MEMORY_LIMIT_MB} MB`,
  memory <= MEMORY_LIMIT_MB,
)
for (const [name, request] of [
  ["Query of 20", query],
  ["GetItem", get],
] as const) {
  const ratios: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const large = await cost(server, LARGE, request("large"))
    ratios.push(large / (await cost(server, SMALL, request("small"))))
  }
  const ratio = median(ratios)
  const title = `${name} of ${count} items ÷ of ${SMALL.toLocaleString("en")}`
  say(title, ratio.toFixed(2), `≤ ${COST_LIMIT}`, ratio <= COST_LIMIT)
}
await server.stop()
