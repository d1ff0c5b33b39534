import type { AccessRequest } from "../../iam/access.ts"
import { isRegion, isUp, partitionOf } from "../../kernel/places.ts"
import { table } from "../../kernel/table.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { requestTagKeys, resourceTagKeys } from "../../registry/authorize.ts"
import type { Call } from "../../registry/call.ts"
import { keyedByPlace, resource, tagMaps } from "../../registry/resource.ts"
import type { QueueSettings } from "./queues/attributes.ts"
import { queueDoesNotExist, regionUnavailable } from "./errors.ts"
import { parseQueueArn, parseQueueUrl, queueArn, queueUrl } from "./queues/names.ts"

/** A queue, without its messages: traffic never writes this row. */
export interface Queue {
  readonly account: string
  readonly region: string
  readonly name: string
  /** Of this queue and no later one of the same name. */
  readonly id: number
  /** The present generation of messages: a purge takes the next. */
  readonly store: number
  readonly fifo: boolean
  readonly settings: QueueSettings
  readonly tags: Readonly<Record<string, string>>
  readonly createdMs: number
  readonly modifiedMs: number
  readonly purgedMs?: number | undefined
  /** The deduplication scope that acts until a change of it has spread (recorded). */
  readonly scopeBefore?:
    | { readonly scope: QueueSettings["deduplicationScope"]; readonly untilMs: number }
    | undefined
}

export const queues = table<Queue>("sqs/queue", {
  key: (queue) => [queue.account, queue.region, queue.name],
  indexes: { byDeadLetter: ({ settings }) => settings.redrive && [settings.redrive.targetArn] },
  cached: true,
})

/** Names of deleted queues, which are not free at once. */
export const deletedQueues = table<DeletedQueue>("sqs/deleted-queue", {
  key: (queue) => [queue.account, queue.region, queue.name],
})

export interface DeletedQueue {
  readonly account: string
  readonly region: string
  readonly name: string
  readonly deletedMs: number
}

export const queueResource = resource<Queue>("AWS::SQS::Queue", {
  table: queues,
  scope: "regional",
  title: "Queue",
  arn: (queue) => arnOf(queue),
  tagsOf: (queue) => queue.tags,
  policyOf: (queue) => queue.settings.policy,
  ...keyedByPlace(queues, ""),
  tags: tagMaps(["TagQueue", "UntagQueue"], ({ account, region, name }) => ({
    QueueUrl: queueUrl(`https://sqs.${region}.${partitionOf(region).dnsSuffix}`, account, name),
  })),
  console: { columns: ["name", "fifo", "createdMs"] },
})

export const arnOf = ({ account, region, name }: Pick<Queue, "account" | "region" | "name">) =>
  queueArn({ partition: partitionOf(region).id, region, account, name })

export const urlOf = ({ account, name }: Queue, { endpoint }: Pick<Call, "endpoint">): string =>
  queueUrl(endpoint, account, name)

/** The queue that a URL names; what the URL leaves open is the caller's. Throws QueueDoesNotExist. */
export function findQueue(tx: ReadTx, url: string, call: Call): Queue {
  const address = parseQueueUrl(url)
  const { account = call.account, region = call.region } = address ?? {}
  if (region !== call.region) assertUp(tx, region)
  const queue = address && tx.get(queues, [account, region, address.name])
  // Recorded: an address that means nothing is that of no queue.
  if (!queue) throw missingQueue(call)
  return queue
}

/** The gateway has asked for the Region of the signature only, when the request came. */
export function assertUp({ faults }: ReadTx, region: string): void {
  if (faults.length > 0 && isRegion(region) && !isUp({ region }, faults))
    throw regionUnavailable(region)
}

export const missingQueue = (call: Pick<Call, "protocol">): Error =>
  queueDoesNotExist(call.protocol === "query")

export function findQueueByArn(tx: ReadTx, arn: string): Queue | undefined {
  const parts = parseQueueArn(arn)
  return parts && tx.get(queues, [parts.account, parts.region, parts.name])
}

/** The queue of this id, as long as it is there: for work that was planned earlier. */
export function sameQueue(tx: ReadTx, { account, region, name, id }: QueueRef): Queue | undefined {
  const queue = tx.get(queues, [account, region, name])
  return queue?.id === id ? queue : undefined
}

/** What a job keeps of a queue. */
export type QueueRef = Pick<Queue, "account" | "region" | "name" | "id">

export const refOf = ({ account, region, name, id }: Queue): QueueRef => ({
  account,
  region,
  name,
  id,
})

type Addressed = { readonly QueueUrl: string }
type QueueAccess = (tx: ReadTx, input: Addressed, call: Call) => AccessRequest

/** Asks for an action that the queue's policy can open to other accounts. */
export function sharedAccess(action: string): QueueAccess {
  // One text for all calls: the policy engine looks it up in every policy.
  const name = `sqs:${action}`
  return (tx, { QueueUrl }, call) => accessNamed(findQueue(tx, QueueUrl, call), name)
}

/** Asks for an action that no queue policy opens: "Cross-account permissions don't apply". */
export const ownAccess =
  (action: string): QueueAccess =>
  (tx, { QueueUrl }, call) => ({
    ...accessTo(findQueue(tx, QueueUrl, call), action),
    ownerOnly: true,
  })

/** As `ownAccess`, with the tags or keys of tags that the request carries. */
export const taggingAccess =
  (action: string): QueueAccess =>
  (tx, input, call) => {
    const request = ownAccess(action)(tx, input, call)
    return { ...request, context: { ...request.context, ...requestTagKeys(input) } }
  }

export const accessTo = (queue: Queue, action: string): AccessRequest =>
  accessNamed(queue, `sqs:${action}`)

/** Most queues have no tags: their requests carry no context of their own. */
function accessNamed(queue: Queue, action: string): AccessRequest {
  const { account: owner, tags } = queue
  const request = { action, resource: arnOf(queue), owner, policy: queue.settings.policy }
  for (const _ in tags) return { ...request, context: resourceTagKeys(tags) }
  return request
}
