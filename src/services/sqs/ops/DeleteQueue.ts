import { op, type Out } from "../define.ts"
import { forgetDataKeys } from "../messages/encryption.ts"
import { freeName } from "../jobs.ts"
import { DELETED_NAME_MS } from "../limits.ts"
import { latestTasks, moveTasks } from "../store/move-task.ts"
import { MOVE_TASKS } from "../limits.ts"
import { deletedQueues, findQueue, ownAccess, queues } from "../queue.ts"
import { abandonStore } from "../store/sweep.ts"
import { meterRequest } from "../requests.ts"

/** The queue is gone at once; AWS takes up to a minute. */
export const DeleteQueue = op.write("DeleteQueue", {
  authorize: ownAccess("DeleteQueue"),
  run(tx, { QueueUrl }, call): Out<"DeleteQueue"> {
    const queue = findQueue(tx, QueueUrl, call)
    const { account, region, name } = queue
    tx.remove(queues, queue)
    tx.put(deletedQueues, { account, region, name, deletedMs: tx.now })
    tx.schedule(freeName, { account, region, name }, tx.now + DELETED_NAME_MS)
    for (const task of latestTasks(tx, queue.id, 2 * MOVE_TASKS)) tx.remove(moveTasks, task)
    forgetDataKeys(tx, queue)
    abandonStore(tx, queue)
    meterRequest(tx, queue)
    return {}
  },
})
