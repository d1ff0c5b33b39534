import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidParameter } from "../errors.ts"
import { accessTo, missingQueue, queues, urlOf, type Queue } from "../queue.ts"
import { meterRequest } from "../requests.ts"

export const GetQueueUrl = op.write("GetQueueUrl", {
  authorize: (tx, input, call) => accessTo(namedQueue(tx, input, call), "GetQueueUrl"),
  anonymous: true,
  run(tx, input, call): Out<"GetQueueUrl"> {
    const queue = namedQueue(tx, input, call)
    meterRequest(tx, queue)
    return { QueueUrl: urlOf(queue, call) }
  },
})

function namedQueue(tx: ReadTx, input: In<"GetQueueUrl">, call: Call): Queue {
  const { QueueName: name, QueueOwnerAWSAccountId: owner = call.account } = input
  // Not verified.
  if (!name) throw invalidParameter("QueueName", "Must specify a queue name.")
  const queue = tx.get(queues, [owner, call.region, name])
  if (!queue) throw missingQueue(call)
  return queue
}
