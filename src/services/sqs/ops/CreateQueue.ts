import type { WriteTx } from "../../../kernel/transaction.ts"
import { requestTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import {
  appliedSettings,
  asksForFifo,
  differingAttribute,
  FIFO_SETTINGS,
  STANDARD_SETTINGS,
  type AttributeTexts,
} from "../queues/attributes.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidParameter, queueDeletedRecently, queueNameExists } from "../errors.ts"
import { DELETED_NAME_MS } from "../limits.ts"
import { shownSettings, withKeptPolicy } from "../queues/kept-policy.ts"
import { assertQueueName } from "../queues/names.ts"
import { arnOf, deletedQueues, queues, urlOf, type Queue } from "../queue.ts"
import { assertDeadLetterQueue } from "../queues/redrive-check.ts"
import { withTags } from "../queues/tags.ts"
import { meterRequest } from "../requests.ts"

type Input = In<"CreateQueue">

export const CreateQueue = op.write("CreateQueue", {
  authorize(_tx, { QueueName, tags }, { account, region }) {
    const resource = arnOf({ account, region, name: QueueName ?? "" })
    const context = tags && requestTagKeys({ tags })
    const create = {
      action: "sqs:CreateQueue",
      resource,
      owner: account,
      ...(context && { context }),
    }
    return tags ? [create, { ...create, action: "sqs:TagQueue" }] : create
  },
  run(tx, input, call): Out<"CreateQueue"> {
    const name = input.QueueName
    if (name === undefined) {
      // Not verified.
      throw invalidParameter("QueueName", "Must specify a queue name.")
    }
    const attributes = input.Attributes ?? {}
    const fifo = asksForFifo(attributes)
    assertQueueName(name, fifo)
    const known = tx.get(queues, [call.account, call.region, name])
    if (known) {
      const differing = differingAttribute(shownSettings(tx, known.settings), attributes, fifo)
      if (differing !== undefined) throw queueNameExists(differing)
      meterRequest(tx, known)
      return { QueueUrl: urlOf(known, call) }
    }
    assertNameFree(tx, name, call)
    const queue = newQueue(tx, { input, attributes, fifo }, call)
    tx.insert(queues, queue)
    meterRequest(tx, queue)
    return { QueueUrl: urlOf(queue, call) }
  },
})

function assertNameFree(tx: WriteTx, name: string, { account, region }: Call): void {
  const deleted = tx.get(deletedQueues, [account, region, name])
  if (deleted && tx.now - deleted.deletedMs < DELETED_NAME_MS) throw queueDeletedRecently()
}

function newQueue(
  tx: WriteTx,
  asked: { input: Input; attributes: AttributeTexts; fifo: boolean },
  { account, region }: Call,
): Queue {
  const { input, attributes, fifo } = asked
  const defaults = fifo ? FIFO_SETTINGS : STANDARD_SETTINGS
  const settings = withKeptPolicy(tx, appliedSettings(defaults, attributes, fifo), attributes)
  const name = input.QueueName
  assertDeadLetterQueue(tx, { account, region, name, fifo, settings })
  return {
    account,
    region,
    name,
    id: tx.serial(),
    store: tx.serial(),
    fifo,
    settings,
    tags: input.tags ? withTags(name, {}, input.tags) : {},
    createdMs: tx.now,
    modifiedMs: tx.now,
  }
}
