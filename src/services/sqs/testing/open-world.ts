import type { Engine } from "../../../kernel/engine.ts"
import type { World } from "../../../kernel/world.ts"
import { createTestWorld } from "../../../kernel/testing/test-world.ts"
import type { Call } from "../../../registry/call.ts"
import type { In } from "../define.ts"
import { CreateQueue } from "../ops/CreateQueue.ts"
import { findQueueByArn, type Queue } from "../queue.ts"
import { sqs } from "../service.ts"

const ACCOUNT = "000000000000"

/** A call of the owner, for operations that are run without the API in front of them. */
export const CALL: Call = {
  service: "sqs",
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

/** A world in which SQS runs alone, to look at its rows and to give it much to do. */
export function openWorld(engine?: Engine): { world: World; reports: string[] } {
  const { jobs, receivers } = sqs
  const { world, reports } = createTestWorld({ jobs, receivers, ...(engine && { engine }) })
  world.register(sqs.tables)
  world.start()
  return { world, reports }
}

export async function createQueue(
  world: World,
  QueueName: string,
  Attributes: In<"CreateQueue">["Attributes"] = {},
): Promise<Queue> {
  await world.write((tx) => run(CreateQueue)(tx, { QueueName, Attributes }, CALL))
  const arn = `arn:aws:sqs:us-east-1:${ACCOUNT}:${QueueName}`
  const queue = await world.read((tx) => findQueueByArn(tx, arn))
  if (!queue) throw new Error("the queue was not made")
  return queue
}

/** The body of an operation of any kind: a test knows which kind it runs. */
export const run = (operation: { readonly run: unknown }): Run => operation.run as Run

type Run = (tx: unknown, input: object, call: Call) => unknown
