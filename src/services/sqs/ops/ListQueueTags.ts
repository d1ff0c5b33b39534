import { op, type Out } from "../define.ts"
import { findQueue, ownAccess } from "../queue.ts"
import { meterRequest } from "../requests.ts"

export const ListQueueTags = op.write("ListQueueTags", {
  authorize: ownAccess("ListQueueTags"),
  run(tx, { QueueUrl }, call): Out<"ListQueueTags"> {
    const queue = findQueue(tx, QueueUrl, call)
    meterRequest(tx, queue)
    const { tags } = queue
    // Recorded: no tags, no member.
    return Object.keys(tags).length === 0 ? {} : { Tags: tags }
  },
})
