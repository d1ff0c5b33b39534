import {
  invalidValue,
  messageNotAvailable,
  missingParameter,
  receiptHandleHasExpired,
  receiptHandleIsInvalid,
} from "../errors.ts"
import { IN_FLIGHT_MESSAGES, VISIBILITY_SECONDS } from "../limits.ts"
import { messages, type Message } from "./message.ts"
import { discardMessage, hidden, replaceMessage, ring, type OpenStore } from "./open-store.ts"
import type { Queue } from "../queue.ts"
import { decodeReceipt, encodeReceipt, type Receipt } from "../messages/receipt-handle.ts"

const LONGEST_MS = VISIBILITY_SECONDS.max * 1000

/** The handle of a message's last receive. */
export const handleOf = ({ id }: Queue, { store, group, seq, receives }: Message): string =>
  encodeReceipt({ queueId: id, store, group, seq, receive: receives })

/**
 * Deletes the message of a handle. A message that is gone was deleted before (recorded). A standard
 * queue takes any handle of the message, whatever became of it since (recorded for an expired one);
 * a FIFO queue that of the running receive only.
 */
export function deleteByHandle(open: OpenStore, handle: string | undefined): void {
  const { receipt, message } = lookUp(open, handle)
  if (!message) return
  if (open.queue.fifo && !isRunning(open, message, receipt)) {
    throw receiptHandleHasExpired(handle as string)
  }
  // Long polls that found the queue full can have what is visible now.
  if (open.depth.inFlight >= IN_FLIGHT_MESSAGES) ring(open)
  discardMessage(open, message)
}

/** Makes the message of a handle invisible for `seconds` from now, or visible at once for 0. */
export function changeVisibility(
  open: OpenStore,
  handle: string | undefined,
  seconds: number | undefined,
): void {
  if (handle === undefined || handle === "") throw missingParameter("ReceiptHandle")
  if (seconds === undefined) throw missingParameter("VisibilityTimeout")
  assertVisibility(seconds)
  const { tx, queue } = open
  const { receipt, message } = lookUp(open, handle)
  // A standard queue's handle works after its time, even after another receive (recorded).
  if (!message || (queue.fifo && !isRunning(open, message, receipt))) {
    throw messageNotAvailable(handle)
  }
  if (tx.now - (message.receivedMs ?? tx.now) + seconds * 1000 > LONGEST_MS) {
    throw invalidValue(
      "VisibilityTimeout",
      seconds,
      `Total VisibilityTimeout for the message is beyond the limit [${VISIBILITY_SECONDS.max} seconds]`,
    )
  }
  replaceMessage(open, message, {
    ...hidden(open, message, seconds * 1000),
    changedReceive: message.receives,
  })
}

/** Wording as in bug reports of ChangeMessageVisibility. */
function assertVisibility(seconds: number): void {
  const { min, max } = VISIBILITY_SECONDS
  if (seconds >= min && seconds <= max) return
  throw invalidValue(
    "VisibilityTimeout",
    seconds,
    `VisibilityTimeout must be an integer between ${min} and ${max}.`,
  )
}

function lookUp(
  { tx, queue }: OpenStore,
  handle: string | undefined,
): { receipt: Receipt; message: Message | undefined } {
  if (handle === undefined || handle === "") throw missingParameter("ReceiptHandle")
  const receipt = decodeReceipt(handle)
  if (receipt?.queueId !== queue.id) throw receiptHandleIsInvalid(handle)
  const { store, group, seq } = receipt
  // A purge has taken what an older store held.
  const message = store === queue.store ? tx.get(messages, [store, group, seq]) : undefined
  return { receipt, message }
}

/** Whether the message is still in the flight that the handle began. */
export const isRunning = ({ tx }: OpenStore, message: Message, { receive }: Receipt): boolean =>
  message.state === "flight" && message.receives === receive && message.availableMs > tx.now
