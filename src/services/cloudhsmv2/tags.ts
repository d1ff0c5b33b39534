import { badTag } from "./errors.ts"
import { TAGS } from "./limits.ts"

export type Tags = Readonly<Record<string, string>>
type TagItems = readonly { readonly Key: string; readonly Value: string }[]

/** Throws CloudHsmTagException. */
export function withTags(old: Tags, given: TagItems = []): Tags {
  if (given.some(({ Key }) => /^aws:/i.test(Key)))
    throw badTag("Tag keys must not begin with aws:.")
  const tags = { ...old, ...Object.fromEntries(given.map(({ Key, Value }) => [Key, Value])) }
  if (Object.keys(tags).length > TAGS) throw badTag(`A resource has at most ${TAGS} tags.`)
  return tags
}

export const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
