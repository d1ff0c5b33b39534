import {
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateTableCommand,
  type CreateTableCommandInput,
  type TableDescription,
  type UpdateTableCommandInput,
} from "@aws-sdk/client-dynamodb"
import type { InProcessCloud } from "../../../index.ts"
import { openTable, type TestTable } from "./open-table.ts"

/** A table with replicas, and a client for each Region. */
export interface TestGlobal extends TestTable {
  in(region: string): DynamoDBClient
  /** Writes `v` of the item `a`. */
  write(region: string, v: string, pk?: string): Promise<unknown>
  /** Reads it; undefined where there is none. */
  read(region: string, pk?: string, ConsistentRead?: boolean): Promise<string | undefined>
  describe(region: string): Promise<TableDescription | undefined>
  update(region: string, input: Partial<UpdateTableCommandInput>): Promise<unknown>
}

/** In us-east-1, with replicas in the Regions that `more` or the list say. */
export async function openGlobal(
  regions: readonly string[],
  more: Partial<CreateTableCommandInput> & { readonly cloud?: InProcessCloud } = {},
  update: Partial<UpdateTableCommandInput> = {},
): Promise<TestGlobal> {
  const { cloud: given, ...input } = more
  const table = await openTable(input, given)
  const { cloud, TableName } = table
  const clients = new Map<string, DynamoDBClient>()
  const client = (region: string): DynamoDBClient => {
    const known = clients.get(region) ?? cloud.client(DynamoDBClient, { region, maxAttempts: 1 })
    clients.set(region, known)
    return known
  }
  const test: TestGlobal = {
    ...table,
    in: client,
    write: (region, v, pk = "a") =>
      client(region).send(
        new PutItemCommand({ TableName, Item: { pk: { S: pk }, sk: { S: "1" }, v: { S: v } } }),
      ),
    async read(region, pk = "a", ConsistentRead = false) {
      const Key = { pk: { S: pk }, sk: { S: "1" } }
      const read = new GetItemCommand({ TableName, Key, ConsistentRead })
      return (await client(region).send(read)).Item?.["v"]?.S
    },
    describe: async (region) =>
      (await client(region).send(new DescribeTableCommand({ TableName }))).Table,
    async update(region, changes) {
      const answer = await client(region).send(new UpdateTableCommand({ TableName, ...changes }))
      await cloud.settle()
      return answer
    },
  }
  const creations = regions.map((RegionName) => ({ Create: { RegionName } }))
  // Replicas of strong consistency are made together, others one at a time.
  const steps = update.MultiRegionConsistency
    ? [creations]
    : creations.map((creation) => [creation])
  if (update.ReplicaUpdates) await test.update("us-east-1", update)
  else
    for (const ReplicaUpdates of steps)
      await test.update("us-east-1", { ReplicaUpdates, ...update })
  return test
}
