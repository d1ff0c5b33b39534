import { isTagKey, isTagValue } from "../../../registry/tags.ts"
import { invalidTag, malformedXml } from "../errors.ts"

export type Tags = Readonly<Record<string, string>>

interface GivenTag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/** Tags of a request. Texts recorded. */
export function tagsOf(given: readonly GivenTag[]): Tags {
  const tags: Record<string, string> = {}
  for (const { Key: key, Value: value } of given) {
    if (key === undefined || value === undefined) throw malformedXml()
    if (Object.hasOwn(tags, key))
      throw invalidTag(
        "There are duplicate tag keys in your request. Remove the duplicate tag keys and try again.",
      )
    if (key.startsWith("aws:"))
      throw invalidTag(
        `User-defined tag keys can't start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.`,
      )
    if (!isTagKey(key) || !isTagValue(value))
      throw invalidTag(
        "This request contains a tag key or value that isn't valid. Valid characters include the following: [a-zA-Z+-=._:/]. Tag keys can contain up to 128 characters. Tag values can contain up to 256 characters.",
      )
    tags[key] = value
  }
  return tags
}
