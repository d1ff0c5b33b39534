import { AwsError } from "../../protocols/aws-error.ts"
import {
  BATCH_ENTRIES,
  LARGEST_MESSAGE_BYTES,
  POLICY_ACTIONS,
  POLICY_STATEMENTS,
} from "./limits.ts"

/**
 * Every refusal of SQS, in AWS's words. "Recorded" marks texts that recordings of AWS show; the
 * others are AWS's as users quote them in bug reports, unless they say "not verified".
 */

/** Recorded. The Query protocol has kept the words of its first day. */
export const queueDoesNotExist = (query = false): AwsError =>
  new AwsError(
    "QueueDoesNotExist",
    query
      ? "The specified queue does not exist for this wsdl version."
      : "The specified queue does not exist.",
  )

/** As the gateway says it of the Region that a request is signed for. */
export const regionUnavailable = (region: string): AwsError =>
  new AwsError("ServiceUnavailable", `The Region ${region} is unavailable.`, {
    status: 503,
    fault: "Receiver",
  })

/** Recorded. `attribute` is the first one that differs. */
export const queueNameExists = (attribute: string): AwsError =>
  new AwsError(
    "QueueNameExists",
    `A queue already exists with the same name and a different value for attribute ${attribute}`,
  )

/** Recorded. */
export const queueDeletedRecently = (): AwsError =>
  new AwsError(
    "QueueDeletedRecently",
    "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
  )

/** Recorded, with its status. */
export const purgeQueueInProgress = (queueName: string): AwsError =>
  new AwsError(
    "PurgeQueueInProgress",
    `Only one PurgeQueue operation on ${queueName} is allowed every 60 seconds.`,
    { status: 403 },
  )

/** Recorded; an empty value counts as none. */
export const missingParameter = (parameter: string): AwsError =>
  new AwsError("MissingParameter", `The request must contain the parameter ${parameter}.`)

export const invalidParameterValue = (message: string): AwsError =>
  new AwsError("InvalidParameterValue", message)

/** Recorded form of most refusals of one parameter. */
export const invalidValue = (parameter: string, value: string | number, reason: string): AwsError =>
  invalidParameterValue(`Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`)

/** The form without the value, as the list and move operations have it. */
export const invalidParameter = (parameter: string, reason: string): AwsError =>
  invalidParameterValue(`Value for parameter ${parameter} is invalid. Reason: ${reason}`)

/** Recorded. */
export const unknownAttribute = (name: string): AwsError =>
  new AwsError("InvalidAttributeName", `Unknown Attribute ${name}.`)

/** Recorded, for DeduplicationScope and FifoThroughputLimit. */
export const onlyOnFifo = (name: string): AwsError =>
  new AwsError(
    "InvalidAttributeName",
    `You can specify the ${name} only when FifoQueue is set to true.`,
  )

/** Recorded, code included. */
export const twoEncryptions = (): AwsError =>
  new AwsError(
    "InvalidAttributeName",
    "You can use one type of server-side encryption (SSE) at one time. " +
      "You can either enable KMS SSE or SQS SSE.",
  )

/** Recorded with a reason; without one, as emulators that copy AWS have it. */
export const invalidAttributeValue = (name: string, reason?: string): AwsError =>
  new AwsError(
    "InvalidAttributeValue",
    `Invalid value for the parameter ${name}.${reason === undefined ? "" : ` Reason: ${reason}`}`,
  )

/** The words are documented (SetQueueAttributes); the code is not verified. */
export const groupLimitNeedsGroupScope = (): AwsError =>
  new AwsError(
    "InvalidAttributeValue",
    "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup",
  )

/** Recorded. */
export const tooManyEntries = (count: number): AwsError =>
  new AwsError(
    "TooManyEntriesInBatchRequest",
    `Maximum number of entries per request are ${BATCH_ENTRIES}. You have sent ${count}.`,
  )

/** Recorded for SendMessageBatch and DeleteMessageBatch. */
export const emptyBatch = (entryShape: string): AwsError =>
  new AwsError("EmptyBatchRequest", `There should be at least one ${entryShape} in the request.`)

/** Recorded. */
export const invalidBatchEntryId = (): AwsError =>
  new AwsError(
    "InvalidBatchEntryId",
    "A batch entry id can only contain alphanumeric characters, hyphens and underscores. " +
      "It can be at most 80 letters long.",
  )

/** Recorded: only the first repetition is named. */
export const batchEntryIdsNotDistinct = (id: string): AwsError =>
  new AwsError("BatchEntryIdsNotDistinct", `Id ${id} repeated.`)

/** Recorded: the limit of a batch is 1 MiB whatever the queue's MaximumMessageSize. */
export const batchRequestTooLong = (sizeBytes: number): AwsError =>
  new AwsError(
    "BatchRequestTooLong",
    `Batch requests cannot be longer than ${LARGEST_MESSAGE_BYTES} bytes. ` +
      `You have sent ${sizeBytes} bytes.`,
  )

/** Recorded; a batch entry says "cannot be validated". */
export const messageTooLong = (maximumBytes: number, inBatch: boolean): AwsError =>
  invalidParameterValue(
    `One or more parameters ${inBatch ? "cannot be validated" : "are invalid"}. ` +
      `Reason: Message must be shorter than ${maximumBytes} bytes.`,
  )

const ALLOWED_CHARACTERS =
  "Invalid characters found. Valid unicode characters are " +
  "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF"

/** The code is recorded. */
export const invalidMessageContents = (): AwsError =>
  new AwsError("InvalidMessageContents", ALLOWED_CHARACTERS)

/** The same in an attribute's value has another code (recorded). */
export const invalidAttributeContents = (): AwsError => invalidParameterValue(ALLOWED_CHARACTERS)

/** Recorded. */
export const receiptHandleIsInvalid = (handle: string): AwsError =>
  new AwsError(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
  )

/** Recorded: a FIFO queue's message can be deleted only while it is in flight. */
export const receiptHandleHasExpired = (handle: string): AwsError =>
  invalidValue("ReceiptHandle", handle, "The receipt handle has expired.")

/** Recorded. */
export const messageNotAvailable = (handle: string): AwsError =>
  invalidValue(
    "ReceiptHandle",
    handle,
    "Message does not exist or is not available for visibility timeout change.",
  )

/** As AWS answered in 2014, with its status. */
export const tooManyInFlight = (): AwsError =>
  new AwsError(
    "OverLimit",
    "Too many messages have been received without being deleted.\n" +
      "Please delete your received messages or let them timeout before receiving more.",
    { status: 403 },
  )

export const tooManyActions = (count: number): AwsError =>
  new AwsError("OverLimit", `${count} Actions were found, maximum allowed is ${POLICY_ACTIONS}.`, {
    status: 403,
  })

export const tooManyStatements = (count: number): AwsError =>
  new AwsError(
    "OverLimit",
    `${count} statements were found in the submitted policy, max allowed is ${POLICY_STATEMENTS}`,
    { status: 403 },
  )

/** As users of AWS quote it, with its status. */
export const policyTooLarge = (): AwsError =>
  new AwsError("OverLimit", "Submitted policy is over max allowed size.", { status: 403 })

/** As users of AWS quote it for `actions`; for principals and conditions not verified. */
export const tooManyInStatement = (what: string, count: number, most: number): AwsError =>
  new AwsError(
    "OverLimit",
    `${count} ${what} were found in a statement from the submitted policy, max allowed is ${most}`,
    { status: 403 },
  )

/** FIFO queues without high throughput: more than 300 calls a second of one action. */
export const requestThrottled = (): AwsError =>
  new AwsError("RequestThrottled", "Request is throttled.", { status: 403 })

/** Recorded. */
export const queueOfArnMissing = (parameter: "SourceArn" | "DestinationArn"): AwsError =>
  new AwsError(
    "ResourceNotFoundException",
    `The resource that you specified for the ${parameter} parameter doesn't exist.`,
    { status: 404 },
  )

/** Recorded. */
export const moveTaskMissing = (): AwsError =>
  new AwsError("ResourceNotFoundException", "Task does not exist.", { status: 404 })

/** Not verified; that only a running task can be cancelled is documented. */
export const onlyActiveTasks = (): AwsError =>
  new AwsError("UnsupportedOperation", "Only active tasks can be cancelled.")

/** Names of KMS's refusals in SQS (API: the errors of SendMessage and ReceiveMessage). */
const KMS_REFUSALS: Readonly<Record<string, string>> = {
  AccessDenied: "KmsAccessDenied",
  AccessDeniedException: "KmsAccessDenied",
  DisabledException: "KmsDisabled",
  InvalidKeyUsageException: "KmsInvalidKeyUsage",
  KMSInvalidStateException: "KmsInvalidState",
  NotFoundException: "KmsNotFound",
}

/** The words are KMS's own: not verified. */
export const kmsRefusal = (refusal: AwsError): AwsError => {
  const code = Object.hasOwn(KMS_REFUSALS, refusal.code) ? KMS_REFUSALS[refusal.code] : undefined
  return code === undefined ? refusal : new AwsError(code, refusal.message)
}
