import { op, type Out } from "../define.ts"
import { closeStore, openStore } from "../store/open-store.ts"
import { findQueue, sharedAccess } from "../queue.ts"
import { deleteByHandle } from "../store/receipt.ts"
import { meterRequest } from "../requests.ts"
import { countCall } from "../store/throttle.ts"

export const DeleteMessage = op.write("DeleteMessage", {
  authorize: sharedAccess("DeleteMessage"),
  anonymous: true,
  run(tx, { QueueUrl, ReceiptHandle }, call): Out<"DeleteMessage"> {
    const queue = findQueue(tx, QueueUrl, call)
    const open = openStore(tx, queue)
    countCall(open, "DeleteMessage")
    deleteByHandle(open, ReceiptHandle)
    closeStore(open)
    meterRequest(tx, queue)
    return {}
  },
})
