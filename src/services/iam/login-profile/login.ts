import { unchecked } from "../../../registry/authorize.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { onUser } from "../access.ts"
import { passwordPolicyOf } from "../account/password-policy.ts"
import { op, type Out } from "../define.ts"
import { userNameNeeded } from "../errors.ts"
import { namedOrCaller } from "../user/caller.ts"
import { findUser, type User } from "../user/user.ts"
import {
  findLoginProfile,
  isPassword,
  loginProfileOf,
  loginProfiles,
  newLoginProfile,
  withPassword,
  type LoginProfile,
} from "./login-profile.ts"

/** The account's root has no login profile, nor can it make one here. */
function namedUser(tx: ReadTx, name: string | undefined, call: Call): User {
  const user = namedOrCaller(tx, name, call)
  if (user === "root") throw userNameNeeded()
  return user
}

const member = (user: User, profile: LoginProfile) => ({
  UserName: user.name,
  CreateDate: profile.createdMs,
  PasswordResetRequired: profile.resetRequired,
})

export const CreateLoginProfile = op.write("CreateLoginProfile", {
  authorize: onUser,
  run(tx, input, call): Out<"CreateLoginProfile"> {
    const user = namedUser(tx, input.UserName, call)
    const { Password: password, PasswordResetRequired: resetRequired = false } = input
    if (loginProfileOf(tx, user))
      throw op.error(
        "EntityAlreadyExistsException",
        `Login Profile for user ${user.name} already exists.`,
      )
    // The model needs none, for the sake of root users. The words are the model's for others.
    if (password === undefined)
      throw new AwsError(
        "ValidationError",
        "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
      )
    const profile = newLoginProfile(tx, user, { password, resetRequired })
    tx.insert(loginProfiles, profile)
    return { LoginProfile: member(user, profile) }
  },
})

export const GetLoginProfile = op.read("GetLoginProfile", {
  authorize: onUser,
  run(tx, input, call): Out<"GetLoginProfile"> {
    const user = namedUser(tx, input.UserName, call)
    return { LoginProfile: member(user, findLoginProfile(tx, user)) }
  },
})

export const UpdateLoginProfile = op.write("UpdateLoginProfile", {
  authorize: onUser,
  run(tx, input, { account }): Out<"UpdateLoginProfile"> {
    const old = findLoginProfile(tx, findUser(tx, account, input.UserName))
    const { Password: password, PasswordResetRequired: resetRequired = old.resetRequired } = input
    const profile = password === undefined ? old : withPassword(tx, old, password)
    tx.replace(loginProfiles, old, { ...profile, resetRequired })
    return {}
  },
})

export const DeleteLoginProfile = op.write("DeleteLoginProfile", {
  authorize: onUser,
  run(tx, input, call): Out<"DeleteLoginProfile"> {
    const user = namedUser(tx, input.UserName, call)
    tx.remove(loginProfiles, findLoginProfile(tx, user))
    return {}
  },
})

/** "This operation can only be used by IAM users" about themselves (IAM API: ChangePassword). */
export const ChangePassword = op.write("ChangePassword", {
  authorize: (tx, _input, call) =>
    call.principal.type === "user" && passwordPolicyOf(tx, call.account)?.usersMayChange
      ? unchecked("the account's policy lets users change their password whatever theirs say")
      : onUser(tx, {}, call),
  run(tx, input, { account, principal }): Out<"ChangePassword"> {
    // The words are not verified.
    if (principal.type !== "user")
      throw op.error("InvalidUserTypeException", "Only IAM users can change their own password.")
    const old = findLoginProfile(tx, findUser(tx, account, principal.userName))
    // Not verified.
    if (!isPassword(old, input.OldPassword))
      throw new AwsError("AccessDenied", "The old password was incorrect.", { status: 403 })
    const profile = withPassword(tx, old, input.NewPassword)
    tx.replace(loginProfiles, old, { ...profile, resetRequired: false })
    return {}
  },
})
