import { op, type Out } from "../define.ts"
import { nameBefore, pageSize, tokenAfter } from "../queues/page-token.ts"
import { arnOf, findQueue, queues, sharedAccess, urlOf } from "../queue.ts"

export const ListDeadLetterSourceQueues = op.read("ListDeadLetterSourceQueues", {
  authorize: sharedAccess("ListDeadLetterSourceQueues"),
  anonymous: true,
  run(tx, input, call): Out<"ListDeadLetterSourceQueues"> {
    const { account, region, ...rest } = findQueue(tx, input.QueueUrl, call)
    const before = nameBefore(input)
    const { rows, next } = tx.scan(queues, {
      index: "byDeadLetter",
      prefix: [arnOf({ account, region, ...rest })],
      // Sources are of the account and Region of their dead-letter queue.
      ...(before !== undefined && { from: [account, region, `${before}\0`] }),
      limit: pageSize(input),
    })
    const last = rows.at(-1)
    return {
      queueUrls: rows.map((queue) => urlOf(queue, call)),
      NextToken: next !== undefined && last ? tokenAfter(input, last.name) : undefined,
    }
  },
})
