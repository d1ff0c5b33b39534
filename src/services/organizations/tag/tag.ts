import { duplicateTagKey, systemTag, tooManyTags } from "../errors.ts"
import { TAGS } from "../limits.ts"

export interface Tag {
  readonly Key: string
  readonly Value: string
}

/** The tags with others added; keys differ by case ("Tagging AWS Organizations resources"). */
export function withTags(tags: readonly Tag[], added: readonly Tag[] = []): readonly Tag[] {
  const keys = new Set(added.map(({ Key }) => Key))
  if (keys.size < added.length) throw duplicateTagKey()
  if (added.some(({ Key }) => Key.toLowerCase().startsWith("aws:"))) throw systemTag()
  const kept = tags.filter(({ Key }) => !keys.has(Key))
  const all = [...kept, ...added.map(({ Key, Value }) => ({ Key, Value }))]
  if (all.length > TAGS) throw tooManyTags()
  return all
}

/** The tags without some; keys that are not there are passed over. */
export const withoutTags = (tags: readonly Tag[], keys: readonly string[]): readonly Tag[] =>
  tags.filter(({ Key }) => !keys.includes(Key))

export const tagRecord = (tags: readonly Tag[]): Readonly<Record<string, string>> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))
