import { op, type In, type Out } from "../define.ts"
import { sealLetter } from "../messages/encryption.ts"
import { closeStore, openStore } from "../store/open-store.ts"
import { findQueue, sharedAccess } from "../queue.ts"
import { meterRequest } from "../requests.ts"
import { letterOf, post, withTraceOf } from "../messages/send.ts"
import { countCall } from "../store/throttle.ts"

export const SendMessage = op.write("SendMessage", {
  authorize: sharedAccess("SendMessage"),
  anonymous: true,
  run(tx, input: In<"SendMessage">, call): Out<"SendMessage"> {
    const queue = findQueue(tx, input.QueueUrl, call)
    const letter = withTraceOf(call, letterOf(queue, input))
    const open = openStore(tx, queue)
    countCall(open, "SendMessage")
    const posted = post(open, sealLetter(tx, { queue, call }, letter), call.principal)
    closeStore(open)
    meterRequest(tx, queue, letter.sizeBytes)
    return posted
  },
})
