import { AwsError } from "../../protocols/aws-error.ts"

/**
 * Refusals that several operations share, in AWS's words. "Recorded" marks texts that public
 * recordings of AWS show.
 */

export const validation = (message: string): AwsError =>
  new AwsError("ValidationException", message)

/** How the newer of AWS's two ways to check requests words a refusal: see items/request-wording.ts. */
interface NewerWords {
  /** Default: the older words. */
  readonly newer?: string
  /** Whether it stands in the envelope of the newer way. Default true. */
  readonly enveloped?: boolean
}

/** A refusal of a request of which the newer way does not say just the same. */
export class RequestError extends AwsError {
  readonly newer: string
  readonly enveloped: boolean
  constructor(message: string, { newer = message, enveloped = true }: NewerWords) {
    super("ValidationException", message)
    this.newer = newer
    this.enveloped = enveloped
  }
}

/** The form of most refusals of values. Recorded. */
export const invalidValues = (reason: string): AwsError => validation(invalidText(reason))

export const invalidText = (reason: string): string =>
  `One or more parameter values were invalid: ${reason}`

/** The form of refusals of backups, restores and exports. Recorded. */
export const invalidRequest = (reason: string): AwsError => validation(`Invalid Request: ${reason}`)

export const conditionFailed = (members?: { readonly Item: object }): AwsError =>
  new AwsError("ConditionalCheckFailedException", "The conditional request failed", {
    ...(members && { members: { ...members } }),
  })

/** Recorded for the operations on items, which do not name the table. */
export const resourceNotFound = (): AwsError =>
  new AwsError("ResourceNotFoundException", "Requested resource not found")

/** Recorded for the operations on tables. */
export const tableNotFound = (name: string): AwsError =>
  new AwsError(
    "ResourceNotFoundException",
    `Requested resource not found: Table: ${name} not found`,
  )

/** Recorded. */
export const tableExists = (name: string): AwsError =>
  new AwsError("ResourceInUseException", `Table already exists: ${name}`)

/** Recorded. */
export const keyMismatch = (): AwsError =>
  validation("The provided key element does not match the schema")

/** Recorded: in words other than those of values. A transaction of writes ends in it itself. */
export class EmptyKeyError extends AwsError {
  constructor(reason: string) {
    super("ValidationException", `One or more parameter values are not valid. ${reason}`)
  }
}

/** Recorded. */
export const tooManyLevels = (): AwsError =>
  validation(
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
  )
