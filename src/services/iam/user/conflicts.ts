import type { ReadTx } from "../../../kernel/transaction.ts"
import { keysOf } from "../access-key/access-key.ts"
import { signingCertificatesOf } from "../certificate/signing.ts"
import { deleteConflict } from "../errors.ts"
import { groupsOf } from "../group/membership.ts"
import { loginProfileOf } from "../login-profile/login-profile.ts"
import { devicesOf } from "../mfa/mfa-device.ts"
import { attachedTo } from "../policy/attachment.ts"
import { inlineOf } from "../policy/inline.ts"
import { serviceCredentialsOf } from "../service-specific-credential/service-credential.ts"
import { sshKeysOf } from "../ssh-key/ssh-key.ts"
import type { User } from "./user.ts"

type Belongs = (tx: ReadTx, user: User) => boolean

/**
 * What keeps a user from being deleted, with AWS's words. Which of several AWS names first: not
 * verified.
 */
const CONFLICTS: readonly (readonly [Belongs, string])[] = [
  [(tx, user) => attachedTo(tx, user).length > 0, "must detach all policies first."],
  [(tx, user) => inlineOf(tx, user).length > 0, "must delete policies first."],
  [(tx, user) => keysOf(tx, user.account, user.id).length > 0, "must delete access keys first."],
  [(tx, user) => groupsOf(tx, user).length > 0, "must remove users from group first."],
  [(tx, user) => loginProfileOf(tx, user) !== undefined, "must delete login profile first."],
  [(tx, user) => devicesOf(tx, user).length > 0, "must delete MFA device first."],
  [
    (tx, user) => signingCertificatesOf(tx, { ...user, userId: user.id }).length > 0,
    "must delete signing certificates first.",
  ],
  // Recorded for credentials of services.
  [
    (tx, user) => serviceCredentialsOf(tx, user).length > 0,
    "must remove referenced objects first.",
  ],
  [(tx, user) => sshKeysOf(tx, user).length > 0, "must remove referenced objects first."],
]

/** Throws DeleteConflict. */
export function assertNothingLeft(tx: ReadTx, user: User): void {
  for (const [belongs, what] of CONFLICTS)
    if (belongs(tx, user)) throw deleteConflict(`Cannot delete entity, ${what}`)
}
