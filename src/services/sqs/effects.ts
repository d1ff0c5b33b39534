import { receive } from "../../registry/receiver.ts"
import { queueDoesNotExist } from "./errors.ts"
import { allAttributes, TRACE_HEADER } from "./messages/message-attributes.ts"
import { accessToSeal, sealDelivery } from "./messages/encryption.ts"
import { closeStore, openStore } from "./store/open-store.ts"
import { deliverToQueue } from "./port.ts"
import { accessTo, findQueueByArn } from "./queue.ts"
import { meterRequest } from "./requests.ts"
import { letterOf, post } from "./messages/send.ts"

/** The sender of a delivery that does not say who acts. */
const UNNAMED = "sqs.amazonaws.com"

export const onDeliverToQueue = receive(deliverToQueue, {
  authorize(tx, { queueArn }, { as = UNNAMED }) {
    const queue = findQueueByArn(tx, queueArn)
    // A queue that is not there refuses in its own words.
    if (!queue) return undefined
    const send = accessTo(queue, "SendMessage")
    const seal = accessToSeal(tx, queue, as)
    return seal ? [send, seal] : send
  },
  run(tx, { queueArn, body, attributes, trace, groupId, deduplicationId }, delivery) {
    const queue = findQueueByArn(tx, queueArn)
    if (!queue) throw queueDoesNotExist()
    const letter = letterOf(queue, {
      MessageBody: body,
      MessageAttributes: allAttributes(attributes),
      MessageSystemAttributes:
        trace === undefined
          ? undefined
          : { [TRACE_HEADER]: { DataType: "String", StringValue: trace } },
      MessageGroupId: groupId,
      MessageDeduplicationId: deduplicationId,
    })
    const open = openStore(tx, queue)
    const name = delivery.as ?? UNNAMED
    const principal = { type: "service", account: queue.account, name } as const
    post(open, sealDelivery(tx, { queue, as: name }, letter), principal)
    closeStore(open)
    meterRequest(tx, queue, letter.sizeBytes)
  },
  retry: { attempts: 4, backoffMs: [1_000, 5_000, 30_000] },
})
