import { isTagKey, isTagValue } from "../../../registry/tags.ts"
import { badTokenTag, tokenSourceIdentityInvalid, tooManyTags } from "../errors.ts"
import { SESSION_TAGS } from "../limits.ts"
import { sessionTags, type TagSet } from "../session-tags.ts"
import type { SessionTag } from "../session.ts"

export type { TagSet } from "../session-tags.ts"

/** The model's rules for what a request says; in tokens no model checks them. */
const NAME = /^[\w+=,.@-]{2,64}$/

/** Session tags that an identity provider has put into a token. */
export function tokenTags(tags: readonly SessionTag[], transitiveKeys: readonly string[]): TagSet {
  if (tags.length > SESSION_TAGS) throw tooManyTags(SESSION_TAGS)
  for (const { Key, Value } of tags)
    if (!isTagKey(Key) || !isTagValue(Value)) throw badTokenTag(Key)
  return sessionTags(tags, transitiveKeys)
}

/** A source identity out of a token. None begins with `aws:`, for names have no colon. */
export function tokenSourceIdentity(value: string | undefined): string | undefined {
  if (value !== undefined && !NAME.test(value)) throw tokenSourceIdentityInvalid()
  return value
}

export const isSessionName = (text: string): boolean => NAME.test(text)
