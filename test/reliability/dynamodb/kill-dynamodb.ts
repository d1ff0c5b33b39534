import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb"
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams"
import { blobLinks } from "../../../src/kernel/blobs/blob-links.ts"
import { clockRows } from "../../../src/kernel/cloud-clock.ts"
import { faultRows } from "../../../src/kernel/faults.ts"
import { openLmdbEngine } from "../../../src/kernel/host/lmdb-engine.ts"
import { decodeKey } from "../../../src/kernel/key.ts"
import { deadWork, deliveries, timers } from "../../../src/kernel/later/later-rows.ts"
import { usages } from "../../../src/kernel/meter.ts"
import type { Table } from "../../../src/kernel/table.ts"
import { checkStore } from "../../../src/kernel/testing/check-store.ts"
import { entries, items } from "../../../src/services/dynamodb/items/rows.ts"
import { dynamodb } from "../../../src/services/dynamodb/service.ts"
import { dynamodbstreams } from "../../../src/services/dynamodbstreams/service.ts"
import { iam } from "../../../src/services/iam/service.ts"
import { sts } from "../../../src/services/sts/service.ts"
import { createDice } from "../../simulation/dice.ts"
import { playRound } from "../play-round.ts"
import { type Durabilities, flagsOf, type ServerProcess, startServer } from "../server-process.ts"
import { readChanges } from "./check-records.ts"
import { DynamoDBUser, INDEX, TABLE } from "./user.ts"

export interface DynamoDBKillReport {
  readonly rounds: number
  readonly answered: number
  readonly lost: number
  /** Transactions that were lost on the way and sent again. */
  readonly repeated: number
  /** Records of the stream. */
  readonly records: number
}

interface Options {
  readonly rounds: number
  readonly seed: number
  readonly users?: number
  readonly durabilities?: Durabilities
}

/**
 * Kills a server that DynamoDB is used on, again and again. Throws when anything acknowledged is
 * gone, when a transaction is there by half, when an index differs from its table, and when the
 * stream does not tell each write once.
 */
export async function killDynamoDBRounds({
  rounds,
  seed,
  users: count = 4,
  durabilities = ["process"],
}: Options): Promise<DynamoDBKillReport> {
  const folder = await mkdtemp(join(tmpdir(), "cloudarium-kill-dynamodb-"))
  const dice = createDice(`kill dynamodb ${seed}/moments`)
  const users = Array.from(
    { length: count },
    (_, at) => new DynamoDBUser(`user ${at}`, createDice(`kill dynamodb ${seed}/user ${at}`)),
  )
  const sum = (of: (user: DynamoDBUser) => number) => users.reduce((all, one) => all + of(one), 0)
  for (let round = 0; round < rounds; round += 1) {
    const server = await startServer(folder, flagsOf(durabilities, round))
    const client = new DynamoDBClient(configOf(server))
    if (round === 0) await createTable(client)
    for (const user of users) await resumeAndCheck(user, client)
    await playRound(server, { client, users, dice })
    client.destroy()
  }
  const server = await startServer(folder)
  const records = await checkAll(server, users)
  await server.stop()
  await checkFolder(folder)
  await rm(folder, { recursive: true, force: true })
  const [answered, lost] = [sum((user) => user.answered), sum((user) => user.lost)]
  return { rounds, answered, lost, repeated: sum((user) => user.repeated), records }
}

async function resumeAndCheck(user: DynamoDBUser, client: DynamoDBClient): Promise<void> {
  // First what is there, while a transaction that was lost is neither done nor undone by us.
  await user.check(client)
  await user.resume(client)
  await user.check(client)
}

async function checkAll(server: ServerProcess, users: readonly DynamoDBUser[]): Promise<number> {
  const client = new DynamoDBClient(configOf(server))
  // A shard takes five reads a second: who wants more waits.
  const streams = new DynamoDBStreamsClient({ ...configOf(server), maxAttempts: 20 })
  for (const user of users) await resumeAndCheck(user, client)
  const { Table: table } = await client.send(new DescribeTableCommand({ TableName: TABLE }))
  const changes = await readChanges(streams, table?.LatestStreamArn ?? "")
  for (const user of users) user.checkStream(changes)
  client.destroy()
  streams.destroy()
  return changes.length
}

async function createTable(client: DynamoDBClient): Promise<void> {
  const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const })
  const schema = (hash: string) => [
    { AttributeName: hash, KeyType: "HASH" as const },
    { AttributeName: "sk", KeyType: "RANGE" as const },
  ]
  await client.send(
    new CreateTableCommand({
      ...{ TableName: TABLE, BillingMode: "PAY_PER_REQUEST", KeySchema: schema("pk") },
      AttributeDefinitions: ["pk", "sk", "owner"].map(attribute),
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
      GlobalSecondaryIndexes: [
        {
          ...{ IndexName: INDEX, KeySchema: schema("owner") },
          Projection: { ProjectionType: "ALL" },
        },
      ],
    }),
  )
  const waiting = { client, maxWaitTime: 600, minDelay: 1, maxDelay: 1 }
  await waitUntilTableExists(waiting, { TableName: TABLE })
}

/**
 * The store that the server has left behind: every row in its place, every index as its rows say.
 * Items do not hold their keys: users compare them with their indexes.
 */
async function checkFolder(folder: string): Promise<void> {
  const engine = await openLmdbEngine(join(folder, "store"), { durability: "process" })
  try {
    const kernel = [timers, deliveries, deadWork, clockRows, faultRows, usages, blobLinks]
    const services = [dynamodb, dynamodbstreams, iam, sts].flatMap(({ tables }) => tables)
    const tables = [...kernel, ...services] as readonly Table<object>[]
    const all = [...engine.scan({ start: "\0", end: "\xff\xff" })]
    const keyless = new Set<unknown>([items.name, entries.name])
    const wrong = checkStore(
      all.filter(([key]) => !keyless.has(decodeKey(key)[0])),
      tables,
    )
    if (wrong.length > 0) throw new Error(`${folder}: ${wrong.join("\n")}`)
  } finally {
    await engine.close()
  }
}

const configOf = (server: ServerProcess) => ({
  ...{ endpoint: `http://127.0.0.1:${server.port}`, region: "us-east-1", maxAttempts: 1 },
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
})
