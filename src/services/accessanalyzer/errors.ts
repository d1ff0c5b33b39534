import { AwsError } from "../../protocols/aws-error.ts"
import { op } from "./define.ts"

/** The words of this file are not verified; codes, statuses and members are the model's. */

type Kind = "Analyzer" | "ArchiveRule" | "Finding" | "Resource" | "AccessPreview"

export const missing = (resourceType: Kind, resourceId: string): AwsError =>
  op.error("ResourceNotFoundException", `${resourceType} ${resourceId} does not exist.`, {
    members: { resourceId, resourceType },
  })

export const exists = (resourceType: Kind, resourceId: string): AwsError =>
  op.error("ConflictException", `${resourceType} ${resourceId} already exists.`, {
    members: { resourceId, resourceType },
  })

export const quotaExceeded = (resourceType: Kind, resourceId: string, most: number): AwsError =>
  op.error(
    "ServiceQuotaExceededException",
    `The account has reached its limit of ${most} for ${resourceType}.`,
    { members: { resourceId, resourceType } },
  )

export const invalid = (name: string, message: string): AwsError =>
  op.error("ValidationException", message, {
    members: { reason: "fieldValidationFailed", fieldList: [{ name, message }] },
  })

export const invalidToken = (): AwsError => invalid("nextToken", "The nextToken is not valid.")

/** An account that neither manages its organization nor administers the service for it. */
export const notAdministrator = (): AwsError =>
  invalid(
    "type",
    "You must create an organization analyzer in the management account or in a delegated administrator account of an organization that trusts IAM Access Analyzer.",
  )

/** What a policy document that cannot be read is answered with. */
export const unreadablePolicy = (message: string): AwsError =>
  op.error("InvalidParameterException", message)

export const unfinishedPreview = (resourceId: string): AwsError =>
  op.error("ConflictException", `The access preview ${resourceId} is not completed.`, {
    members: { resourceId, resourceType: "AccessPreview" },
  })

/** "This action is supported only for external access analyzers." (API reference). */
export const externalOnly = (): AwsError =>
  invalid("analyzerArn", "This operation is supported only for external access analyzers.")

/** "Direct customer invocation returns AccessDeniedException" (API reference); the words are ours. */
export const onlyByServices = (operation: string): AwsError =>
  op.error("AccessDeniedException", `${operation} can only be invoked by authorized AWS services.`)

/** A service-linked analyzer is its service's. */
export const isServiceLinked = (resourceId: string): AwsError =>
  op.error("ConflictException", `Analyzer ${resourceId} is managed by an AWS service.`, {
    members: { resourceId, resourceType: "Analyzer" },
  })
