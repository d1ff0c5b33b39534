import { assertEntries, batchAnswer, eachEntry } from "../messages/batch.ts"
import { op, type Out } from "../define.ts"
import { missingParameter } from "../errors.ts"
import { closeStore, openStore } from "../store/open-store.ts"
import { findQueue, sharedAccess } from "../queue.ts"
import { changeVisibility } from "../store/receipt.ts"
import { meterRequest } from "../requests.ts"
import { countCall } from "../store/throttle.ts"

const ENTRY = "ChangeMessageVisibilityBatchRequestEntry"

export const ChangeMessageVisibilityBatch = op.write("ChangeMessageVisibilityBatch", {
  authorize: sharedAccess("ChangeMessageVisibility"),
  anonymous: true,
  run(tx, { QueueUrl, Entries }, call): Out<"ChangeMessageVisibilityBatch"> {
    const queue = findQueue(tx, QueueUrl, call)
    assertEntries(Entries, ENTRY)
    const open = openStore(tx, queue)
    countCall(open, "ChangeMessageVisibility")
    const { done, failed } = eachEntry(Entries, (entry, index) => {
      const { ReceiptHandle, VisibilityTimeout } = entry
      // The numbered name is as emulators report it: not verified.
      if (ReceiptHandle && VisibilityTimeout === undefined) {
        throw missingParameter(`${ENTRY}.${index + 1}.VisibilityTimeout`)
      }
      changeVisibility(open, ReceiptHandle, VisibilityTimeout)
    })
    closeStore(open)
    meterRequest(tx, queue)
    return batchAnswer(done, failed)
  },
})
