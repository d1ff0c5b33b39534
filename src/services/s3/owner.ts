import { hash } from "node:crypto"

/**
 * An account as S3 names it in owners and grants: its canonical user id, 64 hexadecimal digits that
 * nobody can choose. Ours follow from the account's number.
 */
export const canonicalId = (account: string): string =>
  hash("sha256", `s3/canonical-user/${account}`)

/** S3 no longer tells display names (since November 2025). */
export const ownerOf = (account: string): { readonly ID: string } => ({ ID: canonicalId(account) })
