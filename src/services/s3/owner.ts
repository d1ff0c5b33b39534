import { canonicalUserId } from "../../iam/canonical-user.ts"

/** The canonical user id of an account, or of nobody. */
export const canonicalId = (account: string): string =>
  account === ANONYMOUS ? ANONYMOUS_ID : canonicalUserId(account)

/** Whoever signs nothing, as principals have it in the place of an account. */
const ANONYMOUS = "anonymous"
/** What everybody knows them by at AWS ("Access control list (ACL) overview"). */
const ANONYMOUS_ID = "65a011a29cdf8ec533ec3d1ccaae921c"

export const isCanonicalId = (text: string): boolean =>
  text === ANONYMOUS_ID || /^[0-9a-f]{64}$/.test(text)

/** S3 no longer tells display names (since November 2025). */
export const ownerOf = (account: string): { readonly ID: string } => ({ ID: canonicalId(account) })
