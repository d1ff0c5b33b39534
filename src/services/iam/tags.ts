import { duplicateTags, reservedTag, tooManyTags } from "./errors.ts"
import { TAGS } from "./limits.ts"
import { pageOf, type PageRequest } from "./paging.ts"

export interface Tag {
  readonly Key: string
  readonly Value: string
}

/**
 * The tags with others added. "Tag keys are not case sensitive, but their case is preserved": a
 * key in another case takes the place of the one that is there ("Tag IAM resources").
 */
export function withTags(tags: readonly Tag[], added: readonly Tag[] = []): readonly Tag[] {
  const keys = added.map(({ Key }) => Key.toLowerCase())
  if (new Set(keys).size < keys.length) throw duplicateTags()
  if (keys.some((key) => key.startsWith("aws:"))) throw reservedTag()
  const kept = tags.filter(({ Key }) => !keys.includes(Key.toLowerCase()))
  const all = [...kept, ...added.map(({ Key, Value }) => ({ Key, Value }))]
  if (all.length > TAGS) throw tooManyTags()
  return all.toSorted((a, b) => (a.Key < b.Key ? -1 : 1))
}

/** The tags without some; keys that are not there are passed over. */
export function withoutTags(tags: readonly Tag[], keys: readonly string[]): readonly Tag[] {
  const gone = new Set(keys.map((key) => key.toLowerCase()))
  return tags.filter(({ Key }) => !gone.has(Key.toLowerCase()))
}

/** An answer's Tags: recorded, no tags are no member. */
export const tagsMember = (tags: readonly Tag[]): { readonly Tags?: readonly Tag[] } =>
  tags.length > 0 ? { Tags: tags } : {}

/** "The returned list of tags is sorted by tag key." */
export function listTags(tags: readonly Tag[], request: PageRequest) {
  const { items, more } = pageOf(tags, ({ Key }) => Key, request)
  return { Tags: items, ...more }
}

export const tagRecord = (tags: readonly Tag[]): Readonly<Record<string, string>> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))
