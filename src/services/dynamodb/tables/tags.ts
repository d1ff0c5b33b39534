import { isTagKey, isTagValue } from "../../../registry/tags.ts"
import { validation } from "../errors.ts"
import { TAGS } from "../limits.ts"

export interface GivenTag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

export type Tags = Readonly<Record<string, string>>

/** The tags with others added. Throws ValidationException (recorded). */
export function withTags(tags: Tags, added: readonly GivenTag[] = []): Tags {
  const given: Record<string, string> = {}
  for (const { Key, Value } of added) {
    const key = checkedKey(Key)
    if (Object.hasOwn(given, key))
      throw validation(`Duplicate Tag Keys provided as input: Duplicate Tag Key found ${key}`)
    given[key] = checkedValue(Value)
  }
  const all = { ...tags, ...given }
  if (Object.keys(all).length > TAGS) throw tooManyTags()
  return all
}

/** The tags without some. Throws ValidationException (recorded). */
export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  if (keys.length > TAGS) throw tooManyTags()
  const checked = new Set(keys.map(checkedKey))
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !checked.has(key)))
}

function checkedKey(key: string | undefined): string {
  if (key === undefined || !isTagKey(key))
    throw validation(`The Tag Key provided is invalid, Key: ${key ?? null}`)
  if (key.toLowerCase().startsWith("aws:"))
    throw validation(`Tag Key cannot be prefixed with aws:, Key: ${key}`)
  return key
}

function checkedValue(value: string | undefined): string {
  if (value === undefined || !isTagValue(value))
    throw validation(`The Tag Value provided is invalid, Value: ${value ?? null}`)
  return value
}

const tooManyTags = (): Error =>
  validation("Number of Tags exceed the current limit for the provided ResourceArn")
