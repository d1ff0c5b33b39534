import { assertEntries, batchAnswer, eachEntry } from "../messages/batch.ts"
import { op, type Out } from "../define.ts"
import { closeStore, openStore } from "../store/open-store.ts"
import { findQueue, sharedAccess } from "../queue.ts"
import { deleteByHandle } from "../store/receipt.ts"
import { meterRequest } from "../requests.ts"
import { countCall } from "../store/throttle.ts"

export const DeleteMessageBatch = op.write("DeleteMessageBatch", {
  authorize: sharedAccess("DeleteMessage"),
  anonymous: true,
  run(tx, { QueueUrl, Entries }, call): Out<"DeleteMessageBatch"> {
    const queue = findQueue(tx, QueueUrl, call)
    assertEntries(Entries, "DeleteMessageBatchRequestEntry")
    const open = openStore(tx, queue)
    countCall(open, "DeleteMessage")
    const { done, failed } = eachEntry(Entries, ({ ReceiptHandle }) =>
      deleteByHandle(open, ReceiptHandle),
    )
    closeStore(open)
    meterRequest(tx, queue)
    return batchAnswer(done, failed)
  },
})
