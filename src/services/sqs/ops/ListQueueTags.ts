import { op, type Out } from "../define.ts"
import { findQueue, ownAccess } from "../queue.ts"

export const ListQueueTags = op.read("ListQueueTags", {
  authorize: ownAccess("ListQueueTags"),
  run(tx, { QueueUrl }, call): Out<"ListQueueTags"> {
    const { tags } = findQueue(tx, QueueUrl, call)
    // Recorded: no tags, no member.
    return Object.keys(tags).length === 0 ? {} : { Tags: tags }
  },
})
