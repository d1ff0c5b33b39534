import { hash } from "node:crypto"

/**
 * An account as S3 names it in owners, grants and policies: its canonical user id, 64 hexadecimal
 * digits that nobody can choose. Ours follow from the account's number.
 */
export const canonicalUserId = (account: string): string =>
  hash("sha256", `s3/canonical-user/${account}`)
