import { appliedSettings } from "../queues/attributes.ts"
import { scopeBeforeChange } from "../store/deduplication.ts"
import { op, type Out } from "../define.ts"
import { missingParameter } from "../errors.ts"
import { closeStore, openStore } from "../store/open-store.ts"
import { findQueue, ownAccess, queues, type Queue } from "../queue.ts"
import { withKeptPolicy } from "../queues/kept-policy.ts"
import { assertDeadLetterQueue } from "../queues/redrive-check.ts"
import { replan } from "../store/settle.ts"
import { meterRequest } from "../requests.ts"

/** Changes act at once, but for the deduplication scope; AWS takes up to a minute, or to 15. */
export const SetQueueAttributes = op.write("SetQueueAttributes", {
  authorize: ownAccess("SetQueueAttributes"),
  run(tx, { QueueUrl, Attributes }, call): Out<"SetQueueAttributes"> {
    const queue = findQueue(tx, QueueUrl, call)
    assertSome(Attributes)
    const applied = appliedSettings(queue.settings, Attributes, queue.fifo)
    const settings = withKeptPolicy(tx, applied, Attributes)
    const changed: Queue = {
      ...queue,
      settings,
      modifiedMs: tx.now,
      scopeBefore: scopeBeforeChange(queue, settings, tx.now),
    }
    if (Attributes["RedrivePolicy"] !== undefined) assertDeadLetterQueue(tx, changed)
    tx.replace(queues, queue, changed)
    const { retentionSeconds, delaySeconds } = queue.settings
    if (settings.retentionSeconds !== retentionSeconds || settings.delaySeconds !== delaySeconds) {
      const open = openStore(tx, changed)
      replan(open)
      closeStore(open)
    }
    meterRequest(tx, queue)
    return {}
  },
})

/** Recorded from the Query protocol. */
function assertSome(attributes: Readonly<Record<string, string>> | undefined): void {
  if (attributes === undefined || Object.keys(attributes).length === 0)
    throw missingParameter("Attribute.Name")
}
