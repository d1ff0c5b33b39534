import {
  ChangePasswordCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  GetLoginProfileCommand,
  UpdateAccountPasswordPolicyCommand,
  UpdateLoginProfileCommand,
  type UpdateAccountPasswordPolicyCommandInput,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { openIam, refusalOf } from "../testing/open-iam.ts"

const UserName = "alice"
const GOOD = "Correct-horse-1"

async function withUser(policy?: UpdateAccountPasswordPolicyCommandInput) {
  const { client, as } = await openIam()
  await client.send(new CreateUserCommand({ UserName }))
  if (policy) await client.send(new UpdateAccountPasswordPolicyCommand(policy))
  const create = (Password?: string, PasswordResetRequired?: boolean) =>
    client.send(new CreateLoginProfileCommand({ UserName, Password, PasswordResetRequired }))
  const get = async () => (await client.send(new GetLoginProfileCommand({ UserName }))).LoginProfile
  const update = (Password: string) =>
    client.send(new UpdateLoginProfileCommand({ UserName, Password }))
  const alice = async () =>
    as((await client.send(new CreateAccessKeyCommand({ UserName }))).AccessKey)
  return { client, create, get, update, alice }
}

const MISSING = "404 NoSuchEntity: Login Profile for User alice cannot be found."

test("IAM-8 a user has one password at most", async () => {
  const { client, create, get } = await withUser()
  expect(await refusalOf(get())).toBe(MISSING)
  await create(GOOD, true)
  expect(await get()).toMatchObject({ UserName, PasswordResetRequired: true })
  expect(await refusalOf(create(GOOD))).toBe(
    "409 EntityAlreadyExists: Login Profile for user alice already exists.",
  )
  expect(await refusalOf(client.send(new DeleteUserCommand({ UserName })))).toBe(
    "409 DeleteConflict: Cannot delete entity, must delete login profile first.",
  )
  await client.send(new DeleteLoginProfileCommand({ UserName }))
  expect(await refusalOf(get())).toBe(MISSING)
  await create(GOOD)
})

test.each([
  ["abc", {}, "Password should have a minimum length of 6"],
  ["abcdefgh", { RequireUppercaseCharacters: true }, "at least one uppercase letter"],
  ["ABCDEFGH", { RequireLowercaseCharacters: true }, "at least one lowercase letter"],
  ["abcdefgh", { RequireNumbers: true }, "at least one number"],
  ["abcdefgh", { RequireSymbols: true }, "at least one symbol"],
  ["Short-1", undefined, "Password should have a minimum length of 8"],
  ["onlyletters", undefined, "Password does not conform to the account password policy."],
])("%s does not pass with %o", async (password, policy, words) => {
  const { create, get } = await withUser(policy)
  const refusal = await refusalOf(create(password))
  expect(refusal).toMatch(/^400 PasswordPolicyViolation: /)
  expect(refusal).toContain(words)
  expect(await refusalOf(get())).toBe(MISSING)
})

test("former passwords stay away as long as the policy says", async () => {
  const { create, update } = await withUser({ PasswordReusePrevention: 2 })
  await create("password-1")
  await update("password-2")
  expect(await refusalOf(update("password-1"))).toMatch(/password reuse prevention/)
  expect(await refusalOf(update("password-2"))).toMatch(/password reuse prevention/)
  await update("password-3")
  await update("password-1")
})

test("users change their own password when the account lets them, knowing the old one", async () => {
  const { client, create, get, alice } = await withUser({ AllowUsersToChangePassword: true })
  await create("password-1", true)
  const own = await alice()
  const change = (OldPassword: string, NewPassword: string) =>
    own.send(new ChangePasswordCommand({ OldPassword, NewPassword }))
  expect(await refusalOf(change("wrong", "password-2"))).toBe(
    "403 AccessDenied: The old password was incorrect.",
  )
  await change("password-1", "password-2")
  expect((await get())?.PasswordResetRequired).toBe(false)
  expect(await refusalOf(change("password-1", "password-3"))).toMatch(/^403 AccessDenied/)
  await change("password-2", "password-3")
  const asRoot = new ChangePasswordCommand({ OldPassword: "a", NewPassword: "b" })
  expect(await refusalOf(client.send(asRoot))).toMatch(/^400 InvalidUserType: /)
})
