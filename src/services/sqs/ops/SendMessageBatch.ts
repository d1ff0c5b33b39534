import { assertEntries, batchAnswer, failedEntry, type FailedEntry } from "../messages/batch.ts"
import { op, type In, type Out } from "../define.ts"
import { batchRequestTooLong, invalidParameterValue, missingParameter } from "../errors.ts"
import { LARGEST_MESSAGE_BYTES } from "../limits.ts"
import { attributesSizeBytes } from "../messages/message-attributes.ts"
import { sealLetter } from "../messages/encryption.ts"
import { closeStore, openStore } from "../store/open-store.ts"
import { findQueue, sharedAccess, type Queue } from "../queue.ts"
import { meterRequest } from "../requests.ts"
import { letterOf, post, withTraceOf, type Letter, type Posted } from "../messages/send.ts"
import { countCall } from "../store/throttle.ts"

type Entry = In<"SendMessageBatch">["Entries"][number]
type Checked = { readonly id: string; readonly letter: Letter } | FailedEntry

export const SendMessageBatch = op.write("SendMessageBatch", {
  authorize: sharedAccess("SendMessage"),
  anonymous: true,
  run(tx, { QueueUrl, Entries }, call): Out<"SendMessageBatch"> {
    const queue = findQueue(tx, QueueUrl, call)
    assertEntries(Entries, "SendMessageBatchRequestEntry")
    const sizeBytes = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0)
    if (sizeBytes > LARGEST_MESSAGE_BYTES) throw batchRequestTooLong(sizeBytes)
    const checked = Entries.map((entry, index) => check(queue, entry, index))
    const open = openStore(tx, queue)
    countCall(open, "SendMessage")
    const successful: (Posted & { Id: string })[] = []
    const failed: FailedEntry[] = []
    for (const one of checked) {
      if (!("letter" in one)) failed.push(one)
      else {
        const letter = sealLetter(tx, { queue, call }, withTraceOf(call, one.letter))
        const posted = post(open, letter, call.principal)
        successful.push({ Id: one.id, ...posted })
      }
    }
    closeStore(open)
    meterRequest(tx, queue, sizeBytes)
    return batchAnswer(successful, failed)
  },
})

const sizeOf = ({ MessageBody = "", MessageAttributes }: Partial<Entry>): number =>
  Buffer.byteLength(MessageBody) + attributesSizeBytes(MessageAttributes)

/** An entry's own fault fails the entry; in a FIFO queue, whose order would suffer, the batch. */
function check(queue: Queue, entry: Entry, index: number): Checked {
  if (queue.fifo) return { id: entry.Id, letter: fifoLetter(queue, entry, index) }
  try {
    assertHasBody(entry, index)
    return { id: entry.Id, letter: letterOf(queue, entry, true) }
  } catch (error) {
    return failedEntry(entry.Id, error)
  }
}

function fifoLetter(queue: Queue, entry: Entry, index: number): Letter {
  assertHasBody(entry, index)
  if (entry.MessageGroupId === undefined) {
    // Recorded: here it is not a MissingParameter.
    throw invalidParameterValue("The request must contain the parameter MessageGroupId.")
  }
  return letterOf(queue, entry)
}

/** The numbered name is as emulators report it: not verified. */
function assertHasBody({ MessageBody }: Partial<Entry>, index: number): void {
  if (MessageBody) return
  throw missingParameter(`SendMessageBatchRequestEntry.${index + 1}.MessageBody`)
}
