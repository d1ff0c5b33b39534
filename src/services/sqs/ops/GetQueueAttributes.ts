import { shownAttributes } from "../queues/attributes.ts"
import { countsOf } from "../queues/counts.ts"
import { op, type Out } from "../define.ts"
import { arnOf, findQueue, sharedAccess } from "../queue.ts"
import { meterRequest } from "../requests.ts"

export const GetQueueAttributes = op.write("GetQueueAttributes", {
  authorize: sharedAccess("GetQueueAttributes"),
  anonymous: true,
  run(tx, { QueueUrl, AttributeNames = [] }, call): Out<"GetQueueAttributes"> {
    const queue = findQueue(tx, QueueUrl, call)
    meterRequest(tx, queue)
    const view = { ...queue, arn: arnOf(queue), counts: countsOf(tx, queue) }
    return { Attributes: shownAttributes(view, AttributeNames) }
  },
})
