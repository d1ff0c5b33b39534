import { op, type Out } from "../define.ts"
import { purgeQueueInProgress } from "../errors.ts"
import { PURGE_MS } from "../limits.ts"
import { findQueue, queues, sharedAccess } from "../queue.ts"
import { abandonStore } from "../store/sweep.ts"
import { meterRequest } from "../requests.ts"

/** The queue goes on with an empty store at once, whatever the old one held. */
export const PurgeQueue = op.write("PurgeQueue", {
  authorize: sharedAccess("PurgeQueue"),
  anonymous: true,
  run(tx, { QueueUrl }, call): Out<"PurgeQueue"> {
    const queue = findQueue(tx, QueueUrl, call)
    if (queue.purgedMs !== undefined && tx.now - queue.purgedMs < PURGE_MS) {
      throw purgeQueueInProgress(queue.name)
    }
    abandonStore(tx, queue)
    tx.replace(queues, queue, { ...queue, store: tx.serial(), purgedMs: tx.now })
    meterRequest(tx, queue)
    return {}
  },
})
