import { AwsError } from "../../../protocols/aws-error.ts"
import { CborOutput } from "../../../protocols/cbor/output.ts"
import type { Item } from "./attribute.ts"
import { itemBytes } from "./answers.ts"
import type { DataRequest, Lookups } from "./requests.ts"

/**
 * An error on the wire is a path through a tree of numbers, of which clients know the leaves that
 * DynamoDB's errors have. 4 at the root: what was asked is wrong; 2: it may go well later.
 */
const DYNAMODB = [4, 37, 38, 39] as const
const LEAVES: Readonly<Record<string, number>> = {
  ProvisionedThroughputExceededException: 40,
  ResourceNotFoundException: 41,
  ConditionalCheckFailedException: 43,
  ResourceInUseException: 45,
  ValidationException: 46,
  InternalServerError: 47,
  ItemCollectionSizeLimitExceededException: 48,
  LimitExceededException: 49,
  ThrottlingException: 50,
  TransactionConflictException: 57,
  TransactionCanceledException: 58,
  TransactionInProgressException: 59,
  IdempotentParameterMismatchException: 60,
  RequestLimitExceeded: 61,
}
/** The leaf of all other errors of DynamoDB: not verified; clients take the error's own code. */
const OTHER = 42
/** "Authentication required", and what else has to do with who asks: which is which, not verified. */
export const NOT_AUTHORIZED = [4, 23, 31, 33] as const
const FAILED_SIGNATURE = [4, 23, 31, 32] as const
const NOT_IMPLEMENTED = [4, 37, 38, 44] as const
const OURS = [2, 37, 38, 39, 47] as const

/** Codes of what is wrong with a signature: the connection must say anew who it is. */
const SIGNATURE = /Signature|Token|UnrecognizedClient|InvalidClientTokenId|IncompleteSignature/

function codesOf({ code, options }: AwsError): readonly number[] {
  if (code === "NotImplemented") return NOT_IMPLEMENTED
  if (SIGNATURE.test(code)) return FAILED_SIGNATURE
  if (options.fault === "Receiver" && !Object.hasOwn(LEAVES, code)) return OURS
  return [...DYNAMODB, LEAVES[code] ?? OTHER]
}

/** The names that DynamoDB has for errors of all services. */
const NAMES: Readonly<Record<string, string>> = {
  AccessDenied: "AccessDeniedException",
  SignatureDoesNotMatch: "InvalidSignatureException",
  InvalidClientTokenId: "UnrecognizedClientException",
}

interface Reason {
  readonly Code?: string
  readonly Message?: string
  readonly Item?: Item
}

export interface RefusalOf {
  readonly requestId: string
  readonly codes?: readonly number[]
  /** The request, for what its items are written by. */
  readonly request?: DataRequest | undefined
  readonly lookups?: Lookups
}

export async function writeRefusal(error: AwsError, of: RefusalOf): Promise<Uint8Array> {
  const out = new CborOutput()
  const codes = of.codes ?? codesOf(error)
  out.list(codes.length)
  for (const code of codes) out.integer(code)
  out.text(error.message)
  const reasons = error.options.members?.["CancellationReasons"] as readonly Reason[] | undefined
  out.list(reasons ? 4 : 3)
  out.text(of.requestId)
  out.text(NAMES[error.code] ?? error.code)
  out.integer(error.options.status ?? (error.options.fault === "Receiver" ? 500 : 400))
  if (reasons) await writeReasons(out, reasons, of)
  return out.finish()
}

async function writeReasons(
  out: CborOutput,
  reasons: readonly Reason[],
  { request, lookups }: RefusalOf,
): Promise<void> {
  out.list(reasons.length * 3)
  for (const [at, { Code, Message, Item }] of reasons.entries()) {
    for (const text of [Code, Message]) {
      if (text === undefined) out.null()
      else out.text(text)
    }
    if (!Item || !request || !lookups) out.null()
    else out.blob(await itemBytes(Item, request.schemas[tableAt(request, at)] ?? [], lookups))
  }
}

function tableAt({ input }: DataRequest, at: number): string {
  const { TransactItems = [] } = input as {
    TransactItems?: readonly Record<string, { TableName: string }>[]
  }
  return Object.values(TransactItems[at] ?? {})[0]?.TableName ?? ""
}
