import type { MemberPatch, Patch, ShapePatch } from "../patch.ts"

/**
 * SQS answers its old query protocol beside JSON, but AWS's published model describes only JSON
 * since the change of protocol. Source of the codes, statuses and query names: the schema in the
 * package `@aws-sdk/client-sqs` 3.1169.0 (its `awsQueryError`, `httpError` and `xmlName` traits);
 * the codes and `Sender` agree with the answers of AWS that LocalStack recorded in
 * `test_sqs.snapshot.json`. Where a code is not in the schema it is the shape's name, as recorded
 * for InvalidAttributeName and InvalidAttributeValue, and not verified for the other two.
 */
export const sqsPatch = (): Patch => ({
  service: {
    protocols: ["json", "query"],
    // The query models of before the change (botocore 1.31) and the recorded answers.
    xmlNamespace: "http://queue.amazonaws.com/doc/2012-11-05/",
  },
  shapes: { ...errors(), ...names() },
  operations: Object.fromEntries(
    WITH_RESULT.map((name) => [name, { resultWrapper: `${name}Result` }]),
  ),
})

const PREFIX = "AWS.SimpleQueueService."

/** Exception shape → query code and HTTP status. The fault is always the sender's. */
const ERRORS: Readonly<Record<string, readonly [code: string, status: number]>> = {
  BatchEntryIdsNotDistinct: [`${PREFIX}BatchEntryIdsNotDistinct`, 400],
  BatchRequestTooLong: [`${PREFIX}BatchRequestTooLong`, 400],
  EmptyBatchRequest: [`${PREFIX}EmptyBatchRequest`, 400],
  InvalidAddress: ["InvalidAddress", 404],
  InvalidAttributeName: ["InvalidAttributeName", 400],
  InvalidAttributeValue: ["InvalidAttributeValue", 400],
  InvalidBatchEntryId: [`${PREFIX}InvalidBatchEntryId`, 400],
  InvalidIdFormat: ["InvalidIdFormat", 400],
  InvalidMessageContents: ["InvalidMessageContents", 400],
  InvalidSecurity: ["InvalidSecurity", 403],
  KmsAccessDenied: ["KMS.AccessDeniedException", 400],
  KmsDisabled: ["KMS.DisabledException", 400],
  KmsInvalidKeyUsage: ["KMS.InvalidKeyUsageException", 400],
  KmsInvalidState: ["KMS.InvalidStateException", 400],
  KmsNotFound: ["KMS.NotFoundException", 400],
  KmsOptInRequired: ["KMS.OptInRequired", 403],
  KmsThrottled: ["KMS.ThrottlingException", 400],
  MessageNotInflight: [`${PREFIX}MessageNotInflight`, 400],
  OverLimit: ["OverLimit", 403],
  PurgeQueueInProgress: [`${PREFIX}PurgeQueueInProgress`, 403],
  QueueDeletedRecently: [`${PREFIX}QueueDeletedRecently`, 400],
  QueueDoesNotExist: [`${PREFIX}NonExistentQueue`, 400],
  QueueNameExists: ["QueueAlreadyExists", 400],
  ReceiptHandleIsInvalid: ["ReceiptHandleIsInvalid", 404],
  RequestThrottled: ["RequestThrottled", 403],
  ResourceNotFoundException: ["ResourceNotFoundException", 404],
  TooManyEntriesInBatchRequest: [`${PREFIX}TooManyEntriesInBatchRequest`, 400],
  UnsupportedOperation: [`${PREFIX}UnsupportedOperation`, 400],
}

/** Structure → member → its name in query requests and answers. All are flattened. */
const QUERY_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AddPermissionRequest: { AWSAccountIds: "AWSAccountId", Actions: "ActionName" },
  ChangeMessageVisibilityBatchRequest: { Entries: "ChangeMessageVisibilityBatchRequestEntry" },
  ChangeMessageVisibilityBatchResult: {
    Successful: "ChangeMessageVisibilityBatchResultEntry",
    Failed: "BatchResultErrorEntry",
  },
  CreateQueueRequest: { Attributes: "Attribute", tags: "Tag" },
  DeleteMessageBatchRequest: { Entries: "DeleteMessageBatchRequestEntry" },
  DeleteMessageBatchResult: {
    Successful: "DeleteMessageBatchResultEntry",
    Failed: "BatchResultErrorEntry",
  },
  GetQueueAttributesRequest: { AttributeNames: "AttributeName" },
  GetQueueAttributesResult: { Attributes: "Attribute" },
  ListDeadLetterSourceQueuesResult: { queueUrls: "QueueUrl" },
  ListMessageMoveTasksResult: { Results: "ListMessageMoveTasksResultEntry" },
  ListQueueTagsResult: { Tags: "Tag" },
  ListQueuesResult: { QueueUrls: "QueueUrl" },
  Message: { Attributes: "Attribute", MessageAttributes: "MessageAttribute" },
  MessageAttributeValue: {
    StringListValues: "StringListValue",
    BinaryListValues: "BinaryListValue",
  },
  MessageSystemAttributeValue: {
    StringListValues: "StringListValue",
    BinaryListValues: "BinaryListValue",
  },
  // Both lists of attribute names have the same query name.
  ReceiveMessageRequest: {
    AttributeNames: "AttributeName",
    MessageSystemAttributeNames: "AttributeName",
    MessageAttributeNames: "MessageAttributeName",
  },
  ReceiveMessageResult: { Messages: "Message" },
  SendMessageBatchRequest: { Entries: "SendMessageBatchRequestEntry" },
  SendMessageBatchRequestEntry: {
    MessageAttributes: "MessageAttribute",
    MessageSystemAttributes: "MessageSystemAttribute",
  },
  SendMessageBatchResult: {
    Successful: "SendMessageBatchResultEntry",
    Failed: "BatchResultErrorEntry",
  },
  SendMessageRequest: {
    MessageAttributes: "MessageAttribute",
    MessageSystemAttributes: "MessageSystemAttribute",
  },
  SetQueueAttributesRequest: { Attributes: "Attribute" },
  TagQueueRequest: { Tags: "Tag" },
  UntagQueueRequest: { TagKeys: "TagKey" },
}

/** Map → the names of an entry's key and value (`Attribute.1.Name`, `Attribute.1.Value`). */
const ENTRY_NAMES: Readonly<Record<string, readonly [key: string, value: string]>> = {
  MessageBodyAttributeMap: ["Name", "Value"],
  MessageBodySystemAttributeMap: ["Name", "Value"],
  MessageSystemAttributeMap: ["Name", "Value"],
  QueueAttributeMap: ["Name", "Value"],
  TagMap: ["Key", "Value"],
}

/** The operations that have an output: the query protocol wraps it. */
const WITH_RESULT = [
  "CancelMessageMoveTask",
  "ChangeMessageVisibilityBatch",
  "CreateQueue",
  "DeleteMessageBatch",
  "GetQueueAttributes",
  "GetQueueUrl",
  "ListDeadLetterSourceQueues",
  "ListMessageMoveTasks",
  "ListQueueTags",
  "ListQueues",
  "ReceiveMessage",
  "SendMessage",
  "SendMessageBatch",
  "StartMessageMoveTask",
]

function errors(): Record<string, ShapePatch> {
  const patches: Record<string, ShapePatch> = {}
  for (const [shape, [code, httpStatusCode]] of Object.entries(ERRORS)) {
    patches[shape] = { error: { code, httpStatusCode, senderFault: true } }
  }
  return patches
}

function names(): Record<string, ShapePatch> {
  const patches: Record<string, ShapePatch> = {}
  for (const [shape, members] of Object.entries(QUERY_NAMES)) {
    const changes: Record<string, MemberPatch> = {}
    for (const [member, queryName] of Object.entries(members)) changes[member] = { queryName }
    patches[shape] = { members: changes }
  }
  for (const [shape, [key, value]] of Object.entries(ENTRY_NAMES)) {
    patches[shape] = { key: { locationName: key }, value: { locationName: value } }
  }
  return patches
}
