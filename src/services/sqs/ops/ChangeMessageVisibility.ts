import { op, type Out } from "../define.ts"
import { closeStore, openStore } from "../store/open-store.ts"
import { findQueue, sharedAccess } from "../queue.ts"
import { changeVisibility } from "../store/receipt.ts"
import { meterRequest } from "../requests.ts"
import { countCall } from "../store/throttle.ts"

export const ChangeMessageVisibility = op.write("ChangeMessageVisibility", {
  authorize: sharedAccess("ChangeMessageVisibility"),
  anonymous: true,
  run(tx, input, call): Out<"ChangeMessageVisibility"> {
    const { QueueUrl, ReceiptHandle, VisibilityTimeout } = input
    const queue = findQueue(tx, QueueUrl, call)
    const open = openStore(tx, queue)
    countCall(open, "ChangeMessageVisibility")
    changeVisibility(open, ReceiptHandle, VisibilityTimeout)
    closeStore(open)
    meterRequest(tx, queue)
    return {}
  },
})
