import { isTagText, TAG_KEY_LENGTH, TAG_VALUE_LENGTH } from "../../../registry/tags.ts"
import { invalidParameterValue, missingParameter } from "../errors.ts"
import { TAGS } from "../limits.ts"
import type { Queue } from "../queue.ts"

const RESERVED = /^aws:/i

export type Tags = Queue["tags"]

/** A queue's tags with others added; a key that is there gets the new value. Throws AWS's refusal. */
export function withTags(name: string, tags: Tags, added: Tags): Tags {
  if (Object.keys(added).length === 0) throw missingParameter("Tags")
  for (const [key, value] of Object.entries(added)) {
    assertKey(key)
    assertPlain("keys", key)
    assertPlain("values", value)
    // The limit is documented; the words are not verified.
    if (value.length > TAG_VALUE_LENGTH) {
      throw invalidParameterValue(
        `Tag values must be between 0 and ${TAG_VALUE_LENGTH} characters in length.`,
      )
    }
  }
  const all = { ...tags, ...added }
  if (Object.keys(all).length > TAGS) {
    throw invalidParameterValue(`Too many tags added for queue ${name}.`)
  }
  return all
}

/** A queue's tags without some; keys that are not there are passed over (recorded). */
export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  if (keys.length === 0) assertKey("")
  for (const key of keys) assertKey(key)
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)))
}

/**
 * "Amazon SQS standard queue quotas", queue tag: Unicode letters, digits and blanks, some signs, and
 * not AWS's own prefix. The words are not verified.
 */
function assertPlain(what: "keys" | "values", text: string): void {
  if (RESERVED.test(text)) throw invalidParameterValue(`Tag ${what} can't start with aws:.`)
  if (isTagText(text)) return
  throw invalidParameterValue(
    `Tag ${what} can only include Unicode letters, digits, white space, and _.:/=+-@.`,
  )
}

function assertKey(key: string): void {
  if (key.length >= 1 && key.length <= TAG_KEY_LENGTH) return
  throw invalidParameterValue(
    `Tag keys must be between 1 and ${TAG_KEY_LENGTH} characters in length.`,
  )
}
