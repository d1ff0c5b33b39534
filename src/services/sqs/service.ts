import { parsePath } from "./queues/names.ts"
import { AwsError } from "../../protocols/aws-error.ts"
import { defineService } from "../../registry/service.ts"
import { keyTables } from "../kms/port.ts"
import { attempts } from "./store/attempt.ts"
import { deduplications } from "./store/deduplication.ts"
import { arrivals, depths } from "./store/depth.ts"
import { onDeliverToQueue } from "./effects.ts"
import { groups, tenants } from "./store/group.ts"
import { expire, forget, freeName, move, settle, sweep } from "./jobs.ts"
import { dataKeys } from "./messages/encryption.ts"
import { bodies, messages } from "./store/message.ts"
import { moveTasks } from "./store/move-task.ts"
import { AddPermission } from "./ops/AddPermission.ts"
import { CancelMessageMoveTask } from "./ops/CancelMessageMoveTask.ts"
import { ChangeMessageVisibility } from "./ops/ChangeMessageVisibility.ts"
import { ChangeMessageVisibilityBatch } from "./ops/ChangeMessageVisibilityBatch.ts"
import { CreateQueue } from "./ops/CreateQueue.ts"
import { DeleteMessage } from "./ops/DeleteMessage.ts"
import { DeleteMessageBatch } from "./ops/DeleteMessageBatch.ts"
import { DeleteQueue } from "./ops/DeleteQueue.ts"
import { GetQueueAttributes } from "./ops/GetQueueAttributes.ts"
import { GetQueueUrl } from "./ops/GetQueueUrl.ts"
import { ListDeadLetterSourceQueues } from "./ops/ListDeadLetterSourceQueues.ts"
import { ListMessageMoveTasks } from "./ops/ListMessageMoveTasks.ts"
import { ListQueues } from "./ops/ListQueues.ts"
import { ListQueueTags } from "./ops/ListQueueTags.ts"
import { PurgeQueue } from "./ops/PurgeQueue.ts"
import { ReceiveMessage } from "./ops/ReceiveMessage.ts"
import { RemovePermission } from "./ops/RemovePermission.ts"
import { SendMessage } from "./ops/SendMessage.ts"
import { SendMessageBatch } from "./ops/SendMessageBatch.ts"
import { SetQueueAttributes } from "./ops/SetQueueAttributes.ts"
import { StartMessageMoveTask } from "./ops/StartMessageMoveTask.ts"
import { TagQueue } from "./ops/TagQueue.ts"
import { UntagQueue } from "./ops/UntagQueue.ts"
import { deletedQueues, queueResource, queues } from "./queue.ts"

export const sqs = defineService({
  id: "sqs",
  uses: ["kms"],
  operations: {
    ...{ CreateQueue, DeleteQueue, PurgeQueue, GetQueueUrl, ListQueues },
    ...{ GetQueueAttributes, SetQueueAttributes, AddPermission, RemovePermission },
    ...{ TagQueue, UntagQueue, ListQueueTags, ListDeadLetterSourceQueues },
    ...{ SendMessage, SendMessageBatch, ReceiveMessage, DeleteMessage, DeleteMessageBatch },
    ...{ ChangeMessageVisibility, ChangeMessageVisibilityBatch },
    ...{ StartMessageMoveTask, CancelMessageMoveTask, ListMessageMoveTasks },
  },
  resources: [queueResource],
  tables: [
    ...[queues, deletedQueues, messages, bodies, groups, tenants],
    ...keyTables,
    ...[depths, arrivals, deduplications, attempts, moveTasks, dataKeys],
  ],
  jobs: [settle, expire, sweep, forget, move, freeName],
  receivers: [onDeliverToQueue],
  complete(input, { protocol, path, operation }) {
    if (protocol !== "query" || !parsePath(path, undefined)) return input
    // Recorded: a queue's own address knows no action that is not about a queue.
    if (operation === "CreateQueue" || operation === "ListQueues") {
      throw new AwsError("InvalidAction", `The action ${operation} is not valid for this endpoint.`)
    }
    // Recorded: a QueueUrl parameter counts more than the address.
    return { QueueUrl: path, ...input }
  },
})
