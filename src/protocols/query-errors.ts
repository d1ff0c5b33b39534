import type { ServiceModel, StructureShape } from "../models/schema.ts"

/** What an error is called in Query, where that is not the name of its shape. */
export interface QueryError {
  readonly code?: string
  readonly status: number
}

/**
 * Services that moved from Query to JSON keep their old codes in `x-amzn-query-error`, and their
 * old HTTP statuses. CloudWatch's model still has them; SQS's has lost them. Source: the model of
 * the SQS API before its move to JSON; the statuses of errors that came later are from the
 * "Errors" sections of the SQS API reference.
 */
const QUERY_ERRORS: Readonly<Record<string, Readonly<Record<string, QueryError>>>> = {
  sqs: {
    BatchEntryIdsNotDistinct: sqs("BatchEntryIdsNotDistinct"),
    BatchRequestTooLong: sqs("BatchRequestTooLong"),
    EmptyBatchRequest: sqs("EmptyBatchRequest"),
    InvalidAddress: { status: 404 },
    InvalidBatchEntryId: sqs("InvalidBatchEntryId"),
    InvalidSecurity: { status: 403 },
    KmsAccessDenied: { code: "KMS.AccessDeniedException", status: 400 },
    KmsDisabled: { code: "KMS.DisabledException", status: 400 },
    KmsInvalidKeyUsage: { code: "KMS.InvalidKeyUsageException", status: 400 },
    KmsInvalidState: { code: "KMS.InvalidStateException", status: 400 },
    KmsNotFound: { code: "KMS.NotFoundException", status: 400 },
    KmsOptInRequired: { code: "KMS.OptInRequired", status: 403 },
    KmsThrottled: { code: "KMS.ThrottlingException", status: 400 },
    MessageNotInflight: sqs("MessageNotInflight"),
    OverLimit: { status: 403 },
    PurgeQueueInProgress: sqs("PurgeQueueInProgress", 403),
    QueueDeletedRecently: sqs("QueueDeletedRecently"),
    QueueDoesNotExist: sqs("NonExistentQueue"),
    QueueNameExists: { code: "QueueAlreadyExists", status: 400 },
    ReceiptHandleIsInvalid: { status: 404 },
    RequestThrottled: { status: 403 },
    ResourceNotFoundException: { status: 404 },
    TooManyEntriesInBatchRequest: sqs("TooManyEntriesInBatchRequest"),
    UnsupportedOperation: sqs("UnsupportedOperation"),
  },
}

/** The code and status of a modelled error in Query: the model's, else those that it has lost. */
export function queryError(model: ServiceModel, shape: StructureShape): QueryError {
  const lost = QUERY_ERRORS[model.id]?.[shape.name]
  const code = shape.error?.code ?? lost?.code
  const status = shape.error?.httpStatusCode ?? lost?.status ?? (shape.fault ? 500 : 400)
  return code === undefined ? { status } : { code, status }
}

function sqs(name: string, status = 400): QueryError {
  return { code: `AWS.SimpleQueueService.${name}`, status }
}
