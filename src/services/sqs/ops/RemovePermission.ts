import { op, type Out } from "../define.ts"
import { policyWithoutPermission } from "../queues/policy-document.ts"
import { findQueue, ownAccess, queues } from "../queue.ts"
import { meterRequest } from "../requests.ts"

export const RemovePermission = op.write("RemovePermission", {
  authorize: ownAccess("RemovePermission"),
  run(tx, { QueueUrl, Label }, call): Out<"RemovePermission"> {
    const queue = findQueue(tx, QueueUrl, call)
    const policy = policyWithoutPermission(queue.settings.policy, Label)
    const settings = { ...queue.settings, policy }
    tx.replace(queues, queue, { ...queue, settings, modifiedMs: tx.now })
    meterRequest(tx, queue)
    return {}
  },
})
