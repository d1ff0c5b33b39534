import { op, type Out } from "../define.ts"
import { policyWithPermission } from "../queues/policy-document.ts"
import { arnOf, findQueue, ownAccess, queues } from "../queue.ts"
import { meterRequest } from "../requests.ts"

export const AddPermission = op.write("AddPermission", {
  authorize: ownAccess("AddPermission"),
  run(tx, input, call): Out<"AddPermission"> {
    const queue = findQueue(tx, input.QueueUrl, call)
    const policy = policyWithPermission(queue.settings.policy, arnOf(queue), {
      label: input.Label,
      accounts: input.AWSAccountIds,
      actions: input.Actions,
    })
    const settings = { ...queue.settings, policy }
    tx.replace(queues, queue, { ...queue, settings, modifiedMs: tx.now })
    meterRequest(tx, queue)
    return {}
  },
})
