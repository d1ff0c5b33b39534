import { op } from "../define.ts"
import { TAGS } from "../limits.ts"

type Tags = Readonly<Record<string, string>>

/** Tags with others added. Throws TooManyTagsError (not verified: the words). */
export function withTags(
  tags: Tags,
  added: readonly { readonly Key: string; readonly Value: string }[],
): Tags {
  const all = { ...tags, ...Object.fromEntries(added.map(({ Key, Value }) => [Key, Value])) }
  if (Object.keys(all).length > TAGS)
    throw op.error("TooManyTagsError", `A resource can have a maximum of ${TAGS} tags.`)
  return all
}
