import { comesAgain, lagOf } from "../../../kernel/faults.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { deliverToQueue } from "../../sqs/port.ts"
import { bucketArn } from "../buckets/bucket.ts"
import type { ObjectChange } from "../objects/changes.ts"
import { bridgeEvent } from "./bridge-event.ts"
import { rulesOf, tells } from "./configuration.ts"
import { tellBridge, tellFunction, tellTopic } from "./destinations.ts"
import { recordOf, S3 } from "./event.ts"

/** In the commit of the change: what is told of it cannot be lost, and nothing is told too early. */
export function notify(tx: WriteTx, change: ObjectChange): void {
  const { bucket, version, event, call } = change
  const { notifications } = bucket.config
  if (!notifications) return
  const by = {
    ...{ as: S3, sourceArn: bucketArn(bucket), sourceAccount: bucket.account },
    // At once, where AWS takes seconds, "sometimes a minute or longer": unless the Region lags.
    at: tx.now + lagOf(tx, bucket.region),
  }
  for (const [kind, rule] of rulesOf(notifications)) {
    if (!tells(rule, event, version.key)) continue
    const { id, destination } = rule
    const body = JSON.stringify({ Records: [recordOf(tx, change, id)] })
    const trace = call?.traceHeader
    // "Amazon S3 event notifications are designed to be delivered at least once."
    for (let times = comesAgain(tx, bucket.region) ? 2 : 1; times > 0; times -= 1) {
      if (kind === "queue") {
        const payload = { queueArn: destination, body, ...(trace !== undefined && { trace }) }
        tx.emit(deliverToQueue, payload, by)
      } else tx.emit(kind === "topic" ? tellTopic : tellFunction, { arn: destination, body }, by)
    }
  }
  const told = notifications.bridge && bridgeEvent(tx, change)
  if (told) tx.emit(tellBridge, { ...told, region: bucket.region }, by)
}
