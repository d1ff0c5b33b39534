import { op, type Out } from "../define.ts"
import { findQueue, taggingAccess, queues } from "../queue.ts"
import { withoutTags } from "../queues/tags.ts"
import { meterRequest } from "../requests.ts"

export const UntagQueue = op.write("UntagQueue", {
  authorize: taggingAccess("UntagQueue"),
  run(tx, { QueueUrl, TagKeys }, call): Out<"UntagQueue"> {
    const queue = findQueue(tx, QueueUrl, call)
    tx.replace(queues, queue, { ...queue, tags: withoutTags(queue.tags, TagKeys) })
    meterRequest(tx, queue)
    return {}
  },
})
