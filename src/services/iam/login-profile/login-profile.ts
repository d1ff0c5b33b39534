import { scryptSync, timingSafeEqual } from "node:crypto"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { AwsError } from "../../../protocols/aws-error.ts"
import { passwordPolicyOf } from "../account/password-policy.ts"
import { op } from "../define.ts"
import { seconds } from "../names.ts"
import type { User } from "../user/user.ts"
import { assertPassword, usedBefore } from "./password-rules.ts"

/** A user's password for the console; the password itself is kept nowhere. */
export interface LoginProfile {
  readonly account: string
  readonly userId: string
  readonly createdMs: number
  /** The user has to change the password at the next sign-in. */
  readonly resetRequired: boolean
  /** Base 64. One for all passwords of the profile, so that old ones take one hash to find. */
  readonly salt: string
  /** scrypt of the password, base 64. */
  readonly hash: string
  readonly changedMs: number
  /** Hashes of the passwords before, newest first. */
  readonly former: readonly string[]
}

export const loginProfiles = table<LoginProfile>("iam/loginProfile", {
  key: ({ account, userId }) => [account, userId],
})

const SALT_BYTES = 16
const HASH_BYTES = 32
/** "You can specify a minimum number of 1 and a maximum number of 24 previous passwords". */
const REMEMBERED = 24

export const loginProfileOf = (tx: ReadTx, { account, id }: User): LoginProfile | undefined =>
  tx.get(loginProfiles, [account, id])

/** Throws NoSuchEntity. */
export function findLoginProfile(tx: ReadTx, user: User): LoginProfile {
  const profile = loginProfileOf(tx, user)
  if (!profile) throw profileMissing(user.name)
  return profile
}

/** Throws PasswordPolicyViolation. */
export function newLoginProfile(
  tx: WriteTx,
  { account, id }: User,
  { password, resetRequired }: { readonly password: string; readonly resetRequired: boolean },
): LoginProfile {
  assertPassword(password, passwordPolicyOf(tx, account))
  const salt = Buffer.from(tx.random("iam/password").bytes(SALT_BYTES)).toString("base64")
  const createdMs = seconds(tx.now)
  return {
    ...{ account, userId: id, createdMs, resetRequired, salt, changedMs: createdMs },
    hash: hashOf(password, salt),
    former: [],
  }
}

/** The profile with another password. Throws PasswordPolicyViolation. */
export function withPassword(tx: ReadTx, old: LoginProfile, password: string): LoginProfile {
  const policy = passwordPolicyOf(tx, old.account)
  assertPassword(password, policy)
  const hash = hashOf(password, old.salt)
  const before = [old.hash, ...old.former]
  if (before.slice(0, policy?.remembered ?? 0).includes(hash)) throw usedBefore()
  return { ...old, hash, changedMs: seconds(tx.now), former: before.slice(0, REMEMBERED) }
}

/** Whether that is the user's password. */
export function isPassword({ hash, salt }: LoginProfile, password: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(password, salt), "base64"), Buffer.from(hash, "base64"))
}

const hashOf = (password: string, salt: string): string =>
  scryptSync(password, Buffer.from(salt, "base64"), HASH_BYTES).toString("base64")

const profileMissing = (name: string): AwsError =>
  op.error("NoSuchEntityException", `Login Profile for User ${name} cannot be found.`)
