import { AwsError } from "../../../protocols/aws-error.ts"

const invalidTag = (message: string, members: Readonly<Record<string, string>>): AwsError =>
  new AwsError("InvalidTag", message, { status: 400, members })

/** Recorded. */
export const duplicateTag = (TagKey: string): AwsError =>
  invalidTag("Cannot provide multiple Tags with the same key", { TagKey })

/** Recorded. */
export const invalidTagKey = (TagKey: string): AwsError =>
  invalidTag("The TagKey you have provided is invalid", { TagKey })

/** Recorded. */
export const invalidTagValue = (TagKey: string, TagValue: string): AwsError =>
  invalidTag("The TagValue you have provided is invalid", { TagKey, TagValue })

/** Recorded of objects; buckets have another text. */
export const reservedTag = (TagKey: string): AwsError =>
  invalidTag("Your TagKey cannot be prefixed with aws:", { TagKey })

/** Documented by its code; the text is not verified. */
export const tooManyTags = (most: number): AwsError =>
  new AwsError("BadRequest", `Object tags cannot be greater than ${most}`, { status: 400 })

/** Recorded of buckets. */
export const systemTag = (TagKey: string): AwsError =>
  invalidTag("System tags cannot be added/updated by requester", { TagKey })

/** Recorded of CreateBucket. */
export const systemTagOfNew = (): AwsError =>
  invalidTag(
    'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. ' +
      'Remove "aws:" from your tag keys and try again.',
    {},
  )

/** Documented by its code; the text is not verified. */
export const tooManyBucketTags = (most: number): AwsError =>
  new AwsError("BadRequest", `Bucket tag count cannot be greater than ${most}`, { status: 400 })
