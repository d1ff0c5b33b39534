import { isTagKey, isTagValue } from "../../../registry/tags.ts"
import { invalidArgument, malformedXml } from "../errors.ts"
import { duplicateTag, invalidTagKey, invalidTagValue, reservedTag, tooManyTags } from "./errors.ts"

/** Tags of an object, sorted by key as AWS gives them back (recorded). */
export type ObjectTags = Readonly<Record<string, string>>

/** One tag of a `TagSet`. */
interface Tag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

// "Categorizing your storage using object tags".
const MOST_TAGS = 10

/** A tag set from XML. Throws BadRequest, InvalidTag and MalformedXML. */
export function tagsOfSet(set: readonly Tag[]): ObjectTags {
  const tags: Record<string, string> = {}
  for (const { Key: key, Value: value } of set) {
    // Recorded.
    if (key === undefined || value === undefined) throw malformedXml()
    if (Object.hasOwn(tags, key)) throw duplicateTag(key)
    assertTag(key, value)
    tags[key] = value
  }
  return sorted(tags)
}

/** A `%` that begins no byte, an empty key, or two `=` in one pair (recorded of each). */
const UNREADABLE = /%(?![\da-f]{2})|(?:^|&)=|=[^&]*=/i

/** Tags of `x-amz-tagging`, written like a URL's query. Throws InvalidArgument and as above. */
export function tagsOfHeader(header: string): ObjectTags {
  const tags: Record<string, string> = {}
  if (UNREADABLE.test(header)) throw unreadable(header)
  for (const [key, value] of new URLSearchParams(header)) {
    if (Object.hasOwn(tags, key)) throw unreadable(header)
    assertTag(key, value)
    tags[key] = value
  }
  return sorted(tags)
}

const unreadable = (header: string): Error =>
  invalidArgument(
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query " +
      "parameters without tag name duplicates.",
    "x-amz-tagging",
    header,
  )

export const tagSetOf = (tags: ObjectTags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

function assertTag(key: string, value: string): void {
  // Recorded: of keys with commas, and with the prefix.
  if (!isTagKey(key)) throw invalidTagKey(key)
  if (!isTagValue(value)) throw invalidTagValue(key, value)
  if (key.toLowerCase().startsWith("aws:")) throw reservedTag(key)
}

function sorted(tags: ObjectTags): ObjectTags {
  if (Object.keys(tags).length > MOST_TAGS) throw tooManyTags(MOST_TAGS)
  return Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)))
}
