import { op, type Out } from "../define.ts"
import { findQueue, taggingAccess, queues } from "../queue.ts"
import { withTags } from "../queues/tags.ts"
import { meterRequest } from "../requests.ts"

export const TagQueue = op.write("TagQueue", {
  authorize: taggingAccess("TagQueue"),
  run(tx, { QueueUrl, Tags }, call): Out<"TagQueue"> {
    const queue = findQueue(tx, QueueUrl, call)
    tx.replace(queues, queue, { ...queue, tags: withTags(queue.name, queue.tags, Tags) })
    meterRequest(tx, queue)
    return {}
  },
})
