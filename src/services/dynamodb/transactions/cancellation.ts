import { AwsError } from "../../../protocols/aws-error.ts"
import { validation } from "../errors.ts"

/** Why an action of a transaction was not made (docs: "TransactionCanceledException"). */
export interface CancellationReason {
  readonly Code: string
  readonly Message?: string
  readonly Item?: object
}

/** Recorded; of reads too, in these words or others (not verified). */
export const severalOnOne = (): AwsError =>
  validation("Transaction request cannot include multiple operations on one item")

const NONE: CancellationReason = Object.freeze({ Code: "None" })

/** The codes of the errors that an action alone would end in. */
const CODES: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: "ConditionalCheckFailed",
  DuplicateItemException: "DuplicateItem",
  ItemCollectionSizeLimitExceededException: "ItemCollectionSizeLimitExceeded",
  ProvisionedThroughputExceededException: "ProvisionedThroughputExceeded",
  ThrottlingException: "ThrottlingError",
  ValidationException: "ValidationError",
}

/**
 * Carries out all actions and gives back what they gave. Where one fails, all are looked at, and
 * the transaction is cancelled with a reason for each, in their order (recorded). Behind what is not
 * valid nothing is looked at (tests against AWS). What `isWhole` is no reason, but the end of it all.
 */
export function allOrNothing<Action, Made>(
  actions: readonly Action[],
  make: (action: Action) => Made,
  isWhole: (error: unknown) => boolean = () => false,
): Made[] {
  const made: Made[] = []
  const reasons: CancellationReason[] = []
  for (const action of actions) {
    try {
      made.push(make(action))
      reasons.push(NONE)
    } catch (error) {
      if (isWhole(error)) throw error
      const reason = reasonOf(error)
      reasons.push(reason)
      if (reason.Code === CODES["ValidationException"]) break
    }
  }
  while (reasons.length < actions.length) reasons.push(NONE)
  if (made.length < actions.length) throw cancelled(reasons)
  return made
}

function reasonOf(error: unknown): CancellationReason {
  const Code = error instanceof AwsError ? CODES[error.code] : undefined
  if (!(error instanceof AwsError) || Code === undefined) throw error
  const Item = error.options.members?.["Item"] as object | undefined
  return { Code, Message: error.message, ...(Item && { Item }) }
}

function cancelled(CancellationReasons: readonly CancellationReason[]): AwsError {
  const codes = CancellationReasons.map(({ Code }) => Code).join(", ")
  return new AwsError(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { members: { CancellationReasons } },
  )
}
