import { AwsError } from "../../../protocols/aws-error.ts"
import { invalidArgument } from "../errors.ts"

const TAGS = 10
const TAG_KEY_LENGTH = 128
const TAG_VALUE_LENGTH = 256

/** The tags of an `x-amz-tagging` header: a query string. Throws InvalidArgument (recorded). */
export function parseTagging(header: string): Record<string, string> {
  const tags: Record<string, string> = {}
  for (const [key, value] of new URLSearchParams(header)) {
    if (key === "" || Object.hasOwn(tags, key))
      throw invalidArgument(
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters " +
          "without tag name duplicates.",
        "x-amz-tagging",
        header,
      )
    tags[key] = value
  }
  assertObjectTags(tags)
  return tags
}

/** "Categorizing your objects using tags": number, lengths, characters. Texts recorded. */
export function assertObjectTags(tags: Readonly<Record<string, string>>): void {
  const pairs = Object.entries(tags)
  if (pairs.length > TAGS)
    throw new AwsError("BadRequest", "Object tags cannot be greater than 10", { status: 400 })
  for (const [TagKey, TagValue] of pairs) {
    if (TagKey.length > TAG_KEY_LENGTH || !ALLOWED.test(TagKey) || TagKey === "")
      throw invalidTag("The TagKey you have provided is invalid", { TagKey })
    if (TagKey.startsWith("aws:"))
      throw invalidTag("Your TagKey cannot be prefixed with aws:", { TagKey })
    if (TagValue.length > TAG_VALUE_LENGTH || !ALLOWED.test(TagValue))
      throw invalidTag("The TagValue you have provided is invalid", { TagKey, TagValue })
  }
}

const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

const invalidTag = (message: string, members: Readonly<Record<string, string>>): AwsError =>
  new AwsError("InvalidTag", message, { status: 400, members })
