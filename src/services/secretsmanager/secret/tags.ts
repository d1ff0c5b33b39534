import { invalid } from "../errors.ts"
import { TAGS } from "../limits.ts"
import type { Secret } from "./secret.ts"

type Tags = Secret["tags"]
type Tag = { readonly Key?: string | undefined; readonly Value?: string | undefined }

/** Tags with others added. Throws InvalidParameterException (not verified: the words). */
export function withTags(tags: Tags, added: readonly Tag[]): NonNullable<Tags> {
  const all: Record<string, string> = { ...tags }
  assertKeys(added)
  for (const { Key: key = "", Value: value = "" } of added) {
    if (/^aws:/i.test(key)) throw invalid("Tag keys can't begin with aws:, which is reserved.")
    all[key] = value
  }
  if (Object.keys(all).length > TAGS) throw invalid(`A secret can have ${TAGS} tags.`)
  return all
}

/** The model lets a tag be without its key; policies cannot ask for such a one. */
export function assertKeys(tags: readonly Tag[] = []): void {
  if (tags.some(({ Key }) => Key === undefined)) throw invalid("A tag must have a key.")
}

export const withoutTags = (tags: Tags, keys: readonly string[]): Tags =>
  tags && Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)))

/** As answers tell them: nothing of a secret that never had any (recorded). */
export const tagList = (tags: Tags) =>
  tags && Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
