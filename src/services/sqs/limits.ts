/** Numbers of SQS, each with its source. "Quotas" are the pages "Amazon SQS … quotas". */

/** Quotas: message batch. */
export const BATCH_ENTRIES = 10
/** Quotas: batched message ID. */
export const BATCH_ID_LENGTH = 80

/** SendMessage and SendMessageBatch, API reference: 1 MiB, also for a whole batch. */
export const LARGEST_MESSAGE_BYTES = 1_048_576
/** CreateQueue: MaximumMessageSize from 1 KiB. */
const SMALLEST_MAXIMUM_BYTES = 1_024

/** CreateQueue: VisibilityTimeout 0 to 43,200 s, default 30. */
export const VISIBILITY_SECONDS = { min: 0, max: 43_200, default: 30 } as const
/** CreateQueue: DelaySeconds 0 to 900 s. */
export const DELAY_SECONDS = { min: 0, max: 900, default: 0 } as const
/** CreateQueue: MessageRetentionPeriod 60 s to 14 days, default 4 days. */
export const RETENTION_SECONDS = { min: 60, max: 1_209_600, default: 345_600 } as const
/** CreateQueue: ReceiveMessageWaitTimeSeconds 0 to 20 s. */
export const WAIT_SECONDS = { min: 0, max: 20, default: 0 } as const
/** CreateQueue: KmsDataKeyReusePeriodSeconds 60 s to 24 h, default 300. */
export const KMS_REUSE_SECONDS = { min: 60, max: 86_400, default: 300 } as const
/** CreateQueue: MaximumMessageSize, bytes. */
export const MESSAGE_BYTES = {
  min: SMALLEST_MAXIMUM_BYTES,
  max: LARGEST_MESSAGE_BYTES,
  default: LARGEST_MESSAGE_BYTES,
} as const

/** ReceiveMessage: MaxNumberOfMessages. */
export const RECEIVE_MESSAGES = 10
/** Quotas: messages in flight, standard and FIFO alike (FIFO was 20,000 until 2024). */
export const IN_FLIGHT_MESSAGES = 120_000

/** Quotas: queue name, the suffix `.fifo` included. */
export const QUEUE_NAME_LENGTH = 80
/** DeleteQueue: a name is free again after 60 s. */
export const DELETED_NAME_MS = 60_000
/** PurgeQueueInProgress: one purge in 60 s. */
export const PURGE_MS = 60_000
/** SetQueueAttributes: most changes may take 60 s; recorded for DeduplicationScope. */
export const PROPAGATION_MS = 60_000

/** SendMessage: the deduplication interval; ReceiveMessage: a receive attempt is known as long. */
export const DEDUPLICATION_MS = 300_000
/** SendMessage: MessageGroupId, MessageDeduplicationId; ReceiveMessage: ReceiveRequestAttemptId. */
export const TOKEN_LENGTH = 128
/** Quotas: transactions per second and API action of a FIFO queue without high throughput. */
export const FIFO_CALLS_PER_SECOND = 300

/** Quotas: message attributes. */
export const MESSAGE_ATTRIBUTES = 10
/** "Amazon SQS message metadata": name and type take up to 256 characters; 257 fails (recorded). */
export const ATTRIBUTE_NAME_LENGTH = 256
export const ATTRIBUTE_TYPE_LENGTH = 256
/** The same page: digits of precision, and powers of ten. */
export const ATTRIBUTE_NUMBERS = { digits: 38, least: -128, most: 126 } as const

/** SetQueueAttributes: maxReceiveCount; the message of the refusal says 1 to 1000. */
export const RECEIVE_COUNT = { min: 1, max: 1_000 } as const
/** SetQueueAttributes: sourceQueueArns. */
export const REDRIVE_SOURCES = 10
/** StartMessageMoveTask: MaxNumberOfMessagesPerSecond. */
export const MOVES_PER_SECOND = { min: 1, max: 500 } as const
/** ListMessageMoveTasks: at most the 10 latest, by default the latest. */
export const MOVE_TASKS = 10

/** ListQueues, ListDeadLetterSourceQueues: MaxResults, also without one. */
export const LIST_RESULTS = 1_000
/** TagQueue: 50 tags a queue. */
export const TAGS = 50

/** Quotas: policies. */
export const POLICY_STATEMENTS = 20
export const POLICY_BYTES = 8_192
/** Of one statement; that the page's principals and conditions are, too, is not verified. */
export const POLICY_ACTIONS = 7
export const POLICY_PRINCIPALS = 50
export const POLICY_CONDITIONS = 10
/** AddPermission: Label. */
export const LABEL_LENGTH = 80

/** Pricing: every 64 KB of a request counts as one. */
export const BILLED_CHUNK_BYTES = 65_536

/** "How Amazon SQS fair queues work": when a tenant is a noisy neighbor, and until when. */
export const NOISY_SHARE = 0.1
export const NOISY_IN_FLIGHT = 30
export const NOISY_SILENCE_MS = 300_000
