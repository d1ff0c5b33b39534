import { AwsError } from "../../protocols/aws-error.ts"
import { op } from "./define.ts"
import type { TargetKey } from "./target/target.ts"

export const invalid = (message: string): AwsError => op.error("ValidationException", message)

/** The words are not verified. */
export const badToken = (): AwsError =>
  op.error("InvalidNextTokenException", "The next token is not valid.")

const nameOf = ({ namespace, resourceId, dimension }: TargetKey): string =>
  `service namespace: ${namespace}, resource ID: ${resourceId}, scalable dimension: ${dimension}`

/** As users quote it. */
export const targetMissing = (key: TargetKey): AwsError =>
  op.error("ObjectNotFoundException", `No scalable target registered for ${nameOf(key)}`)

/** As users quote it. */
export const policyMissing = (key: TargetKey, name: string): AwsError =>
  op.error(
    "ObjectNotFoundException",
    `No scaling policy found for ${nameOf(key)}, policy name: ${name}`,
  )

/** In the form of the others (not verified). */
export const scheduledActionMissing = (key: TargetKey, name: string): AwsError =>
  op.error(
    "ObjectNotFoundException",
    `No scheduled action found for ${nameOf(key)}, scheduled action name: ${name}`,
  )

/** As users quote it: also for a resource ID that is not one of the dimension's. */
export const unsupported = (): AwsError =>
  invalid("Unsupported service namespace, resource type or scalable dimension")

/** The words are not verified. */
export const limitExceeded = (what: string, most: number): AwsError =>
  op.error("LimitExceededException", `You have reached the limit of ${most} ${what}.`)
