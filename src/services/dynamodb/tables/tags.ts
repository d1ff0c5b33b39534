import { validation } from "../errors.ts"
import { TAGS } from "../limits.ts"

export interface GivenTag {
  readonly Key: string
  readonly Value: string
}

export type Tags = Readonly<Record<string, string>>

/** Docs: "Tag naming restrictions", and "@" as everywhere else. */
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** The tags with others added. Throws ValidationException (the words are not verified). */
export function withTags(tags: Tags, added: readonly GivenTag[] = []): Tags {
  const keys = added.map(({ Key }) => Key)
  if (new Set(keys).size < keys.length) throw validation("Duplicate tag keys found")
  if (keys.some((key) => key.toLowerCase().startsWith("aws:")))
    throw validation("aws: prefixed tag key names are not allowed for external use.")
  if (added.some(({ Key, Value }) => !ALLOWED.test(Key) || !ALLOWED.test(Value)))
    throw validation(
      "Tag keys and values can have letters, numbers, spaces and these characters: + - = . _ : / @",
    )
  const all = { ...tags, ...Object.fromEntries(added.map(({ Key, Value }) => [Key, Value])) }
  if (Object.keys(all).length > TAGS)
    throw validation(`Number of tags exceeds the limit of ${TAGS} tags per resource`)
  return all
}

export const withoutTags = (tags: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)))
