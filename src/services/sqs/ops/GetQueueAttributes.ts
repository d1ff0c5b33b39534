import { shownAttributes } from "../queues/attributes.ts"
import { countsOf } from "../queues/counts.ts"
import { shownSettings } from "../queues/kept-policy.ts"
import { op, type Out } from "../define.ts"
import { arnOf, findQueue, sharedAccess } from "../queue.ts"
import { meterRequest } from "../requests.ts"

export const GetQueueAttributes = op.write("GetQueueAttributes", {
  authorize: sharedAccess("GetQueueAttributes"),
  anonymous: true,
  run(tx, { QueueUrl, AttributeNames = [] }, call): Out<"GetQueueAttributes"> {
    const queue = findQueue(tx, QueueUrl, call)
    meterRequest(tx, queue)
    const settings = shownSettings(tx, queue.settings)
    const view = { ...queue, settings, arn: arnOf(queue), counts: countsOf(tx, queue) }
    return { Attributes: shownAttributes(view, AttributeNames) }
  },
})
