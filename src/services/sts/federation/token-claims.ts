import { badTokenTag, tokenSourceIdentityInvalid, tooManyTags } from "../errors.ts"
import { SESSION_TAGS } from "../limits.ts"
import { sessionTags, type TagSet } from "../session-tags.ts"
import type { SessionTag } from "../session.ts"

export type { TagSet } from "../session-tags.ts"

/** The model's rules for what a request says; in tokens no model checks them. */
const TAG_KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u
const NAME = /^[\w+=,.@-]{2,64}$/

/** Session tags that an identity provider has put into a token. */
export function tokenTags(tags: readonly SessionTag[], transitiveKeys: readonly string[]): TagSet {
  if (tags.length > SESSION_TAGS) throw tooManyTags(SESSION_TAGS)
  for (const { Key, Value } of tags)
    if (!TAG_KEY.test(Key) || !TAG_VALUE.test(Value)) throw badTokenTag(Key)
  return sessionTags(tags, transitiveKeys)
}

/** A source identity out of a token. None begins with `aws:`, for names have no colon. */
export function tokenSourceIdentity(value: string | undefined): string | undefined {
  if (value !== undefined && !NAME.test(value)) throw tokenSourceIdentityInvalid()
  return value
}

export const isSessionName = (text: string): boolean => NAME.test(text)
