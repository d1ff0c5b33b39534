import { createTestWorld } from "../../../kernel/testing/test-world.ts"
import type { World } from "../../../kernel/world.ts"
import type { Call } from "../../../registry/call.ts"
import type { In } from "../define.ts"
import { dynamodb } from "../service.ts"
import { CreateTable } from "../tables/create-table.ts"
import { lookUp, type Table } from "../tables/table.ts"

const ACCOUNT = "000000000000"

/** A call of the owner, for operations that are run without the API in front of them. */
export const CALL: Call = {
  service: "dynamodb",
  operation: "",
  principal: { type: "root", account: ACCOUNT, accessKeyId: ACCOUNT },
  account: ACCOUNT,
  region: "us-east-1",
  partition: "aws",
  requestId: "",
  endpoint: "http://localhost:4566",
  sourceIp: "127.0.0.1",
  userAgent: "",
  secure: false,
  protocol: "json",
  path: "/",
  strict: false,
  refusal: () => undefined,
  resources: () => Promise.resolve([]),
  within: () => {
    throw new Error("there is no other service")
  },
}

/** A world in which DynamoDB runs alone, to look at its rows. */
export function openWorld(): World {
  const { jobs, receivers } = dynamodb
  const { world } = createTestWorld({ jobs, receivers })
  world.register(dynamodb.tables)
  world.start()
  return world
}

export async function createTable(world: World, input: In<"CreateTable">): Promise<Table> {
  await world.write((tx) => run(CreateTable)(tx, input, CALL))
  await world.settle()
  const { account, region } = CALL
  const table = await world.read((tx) => lookUp(tx, { account, region, name: input.TableName }))
  if (!table) throw new Error("the table was not made")
  return table
}

/** What of an operation of any kind runs in one transaction: a test knows which kind it runs. */
export const run = (operation: { readonly run: unknown; readonly begin?: unknown }): Run =>
  (operation.begin ?? operation.run) as Run

type Run = (tx: unknown, input: object, call: Call) => unknown
