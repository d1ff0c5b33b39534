import { badTags } from "../errors.ts"
import { TAGS } from "../limits.ts"

export type Tags = Readonly<Record<string, string>>
type TagList = readonly { readonly TagKey: string; readonly TagValue: string }[]

/** Recorded, in this order. Throws TagException. */
export function withTags(old: Tags, list: TagList = []): Tags {
  const names = list.map(({ TagKey }) => TagKey)
  if (names.some(isReserved)) throw badTags("Tags beginning with aws: are reserved")
  if (new Set(names).size < names.length) throw badTags("Duplicate tag keys")
  const tags = { ...old, ...Object.fromEntries(list.map((tag) => [tag.TagKey, tag.TagValue])) }
  if (Object.keys(tags).length > TAGS) throw badTags("Too many tags")
  return tags
}

export const isReserved = (name: string): boolean => /^aws:/i.test(name)
