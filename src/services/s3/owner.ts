import { hash } from "node:crypto"

/**
 * An account as S3 names it in owners and grants: its canonical user id, 64 hexadecimal digits that
 * nobody can choose. Ours follow from the account's number.
 */
export const canonicalId = (account: string): string =>
  account === ANONYMOUS ? ANONYMOUS_ID : hash("sha256", `s3/canonical-user/${account}`)

/** Whoever signs nothing, as principals have it in the place of an account. */
const ANONYMOUS = "anonymous"
/** What everybody knows them by at AWS ("Access control list (ACL) overview"). */
const ANONYMOUS_ID = "65a011a29cdf8ec533ec3d1ccaae921c"

export const isCanonicalId = (text: string): boolean =>
  text === ANONYMOUS_ID || /^[0-9a-f]{64}$/.test(text)

/** S3 no longer tells display names (since November 2025). */
export const ownerOf = (account: string): { readonly ID: string } => ({ ID: canonicalId(account) })
