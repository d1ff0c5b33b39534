import { bodyOf, receivesHere, type Message } from "./message.ts"
import { addMessage, closeStore, discardMessage, openStore, type OpenStore } from "./open-store.ts"
import { arnOf, findQueueByArn, type Queue } from "../queue.ts"

/** The queue that takes a queue's messages which were received too often, where there is one. */
export function deadLetterQueueOf({ tx, queue }: OpenStore): Queue | undefined {
  const { redrive } = queue.settings
  const target = redrive && findQueueByArn(tx, redrive.targetArn)
  // Its own dead-letter queue would be a circle within one receive.
  return target && target.id !== queue.id && target.fifo === queue.fifo ? target : undefined
}

/** Whether this receive would be one too many. */
export const isSpent = ({ queue }: OpenStore, message: Message): boolean =>
  queue.settings.redrive !== undefined &&
  receivesHere(message) >= queue.settings.redrive.maxReceiveCount

/** Moves spent messages; they keep their ids, counts and attributes (recorded). */
export function moveToDeadLetters(open: OpenStore, target: Queue, spent: readonly Message[]): void {
  const { tx, queue } = open
  const to = openStore(tx, target)
  const sourceArn = arnOf(queue)
  for (const message of spent) {
    const body = bodyOf(tx, message)
    discardMessage(open, message)
    addMessage(to, {
      ...message,
      body,
      store: target.store,
      seq: tx.serial(),
      sourceArn,
      // "Setting-up dead-letter queue retention": only in a FIFO queue it begins anew.
      enqueuedMs: target.fifo ? tx.now : message.enqueuedMs,
      // "Configuring a dead-letter queue redrive": lest the other queue takes it for a repetition.
      deduplicationId: target.fifo ? message.id : undefined,
      state: "ready",
      availableMs: tx.now,
      carried: message.receives,
      order: undefined,
      receivedMs: undefined,
      changedReceive: undefined,
    })
  }
  closeStore(to)
}
