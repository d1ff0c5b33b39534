import type { Table } from "../../kernel/table.ts"
import { queues } from "./queue.ts"
import { effect } from "../../kernel/later/later.ts"
import type { StoredAttributes } from "./messages/message-attributes.ts"

export { findQueueByArn, queueResource } from "./queue.ts"

/** The tables behind what this port gives. */
export const queueTables: readonly Table<object>[] = [queues]

/** A message that another service puts into a queue. */
export interface QueueDelivery {
  readonly queueArn: string
  readonly body: string
  /** Binary values as base64. */
  readonly attributes?: StoredAttributes
  readonly trace?: string
  readonly groupId?: string
  readonly deduplicationId?: string
}

/** Delivers to a queue after the commit. Refused deliveries are tried again, then given up. */
export const deliverToQueue = effect<QueueDelivery>("sqs/deliverToQueue")
