import { tagsOf, type Tags } from "../tagging/tags.ts"
import { reservedTags, tooManyTags } from "./errors.ts"
import { TAGS } from "./limits.ts"

interface GivenTag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/** The tags with which something is made. Throws TooManyTags, InvalidTags or InvalidTag. */
export function newTags(given: readonly GivenTag[] = []): Tags {
  if (given.length > TAGS) throw tooManyTags()
  if (given.some(({ Key }) => Key?.startsWith("aws:"))) throw reservedTags()
  return tagsOf(given)
}
