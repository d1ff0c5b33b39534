import { op, type Out } from "../define.ts"
import { invalidToken, nameBefore, pageSize, tokenAfter } from "../queues/page-token.ts"
import { queues, urlOf } from "../queue.ts"
import { meterCall } from "../requests.ts"

/** Above every character of a queue's name. */
const LAST = "\x7f"

export const ListQueues = op.write("ListQueues", {
  authorize: (_tx, _input, { account }) => ({
    action: "sqs:ListQueues",
    resource: "*",
    owner: account,
  }),
  run(tx, input, call): Out<"ListQueues"> {
    const prefix = input.QueueNamePrefix ?? ""
    const before = nameBefore(input)
    // It goes on with another list than this one.
    if (before?.startsWith(prefix) === false) throw invalidToken()
    const { rows, next } = tx.scan(queues, {
      prefix: [call.account, call.region],
      // The next name after one is that name and the lowest character.
      from: [before === undefined ? prefix : `${before}\0`],
      to: [prefix + LAST],
      limit: pageSize(input),
    })
    meterCall(tx, call)
    // Recorded: an empty list is no list.
    if (rows.length === 0) return {}
    const last = rows.at(-1)
    return {
      QueueUrls: rows.map((queue) => urlOf(queue, call)),
      NextToken: next !== undefined && last ? tokenAfter(input, last.name) : undefined,
    }
  },
})
