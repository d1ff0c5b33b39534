import { op, type Out } from "../define.ts"
import { nameBefore, pageSize, tokenAfter } from "../queues/page-token.ts"
import { arnOf, findQueue, queues, sharedAccess, urlOf } from "../queue.ts"
import { meterRequest } from "../requests.ts"

export const ListDeadLetterSourceQueues = op.write("ListDeadLetterSourceQueues", {
  authorize: sharedAccess("ListDeadLetterSourceQueues"),
  anonymous: true,
  run(tx, input, call): Out<"ListDeadLetterSourceQueues"> {
    const queue = findQueue(tx, input.QueueUrl, call)
    const { account, region } = queue
    const before = nameBefore(input)
    const { rows, next } = tx.scan(queues, {
      index: "byDeadLetter",
      prefix: [arnOf(queue)],
      // Sources are of the account and Region of their dead-letter queue.
      ...(before !== undefined && { from: [account, region, `${before}\0`] }),
      limit: pageSize(input),
    })
    meterRequest(tx, queue)
    const last = rows.at(-1)
    return {
      queueUrls: rows.map((queue) => urlOf(queue, call)),
      NextToken: next !== undefined && last ? tokenAfter(input, last.name) : undefined,
    }
  },
})
