import {
  duplicateTags,
  reservedTagKey,
  transitiveConflict,
  transitiveKeyWithoutTag,
} from "./errors.ts"
import type { Session, SessionTag } from "./session.ts"

export interface TagSet {
  readonly tags: readonly SessionTag[]
  readonly transitiveTagKeys: readonly string[]
}

export const NO_TAGS: TagSet = Object.freeze({ tags: [], transitiveTagKeys: [] })

/** Tag keys differ in more than case. */
const folded = (key: string): string => key.toLowerCase()

/** The tags of a new session: those it asks for, and those that its parent hands down. */
export function sessionTags(
  asked: readonly SessionTag[] = [],
  transitiveKeys: readonly string[] = [],
  parent?: Session,
): TagSet {
  const own = new Map<string, SessionTag>()
  for (const tag of asked) {
    const key = folded(tag.Key)
    if (key.startsWith("aws:")) throw reservedTagKey(tag.Key)
    if (own.has(key)) throw duplicateTags()
    own.set(key, { Key: tag.Key, Value: tag.Value })
  }
  const transitive = new Set<string>()
  for (const key of transitiveKeys) {
    const tag = own.get(folded(key))
    if (!tag) throw transitiveKeyWithoutTag()
    transitive.add(tag.Key)
  }
  for (const key of parent?.transitiveTagKeys ?? []) {
    if (own.has(folded(key))) throw transitiveConflict()
    transitive.add(key)
  }
  const inherited = (parent?.tags ?? []).filter((tag) => transitive.has(tag.Key))
  return { tags: [...inherited, ...own.values()], transitiveTagKeys: [...transitive] }
}
