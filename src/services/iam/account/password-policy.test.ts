import {
  DeleteAccountPasswordPolicyCommand,
  GetAccountPasswordPolicyCommand,
  UpdateAccountPasswordPolicyCommand,
  type IAMClient,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"

const get = async (client: IAMClient) =>
  (await client.send(new GetAccountPasswordPolicyCommand({}))).PasswordPolicy

const MISSING = `404 NoSuchEntity: The Password Policy with domain name ${ACCOUNT} cannot be found.`

test("there is no policy until there is one, and none after it is deleted", async () => {
  const { client } = await openIam()
  expect(await refusalOf(get(client))).toBe(MISSING)
  const remove = () => client.send(new DeleteAccountPasswordPolicyCommand({}))
  expect(await refusalOf(remove())).toBe(MISSING)
  await client.send(new UpdateAccountPasswordPolicyCommand({}))
  await remove()
  expect(await refusalOf(get(client))).toBe(MISSING)
})

test("what an update does not name becomes the default", async () => {
  const { client } = await openIam()
  await client.send(
    new UpdateAccountPasswordPolicyCommand({
      ...{ MinimumPasswordLength: 14, RequireSymbols: true, RequireNumbers: true },
      ...{ RequireUppercaseCharacters: true, RequireLowercaseCharacters: true },
      ...{ AllowUsersToChangePassword: true, MaxPasswordAge: 90, PasswordReusePrevention: 12 },
      HardExpiry: true,
    }),
  )
  expect(await get(client)).toEqual({
    ...{ MinimumPasswordLength: 14, RequireSymbols: true, RequireNumbers: true },
    ...{ RequireUppercaseCharacters: true, RequireLowercaseCharacters: true },
    ...{ AllowUsersToChangePassword: true, MaxPasswordAge: 90, PasswordReusePrevention: 12 },
    ...{ ExpirePasswords: true, HardExpiry: true },
  })
  await client.send(new UpdateAccountPasswordPolicyCommand({ RequireNumbers: true }))
  expect(await get(client)).toEqual({
    ...{ MinimumPasswordLength: 6, RequireSymbols: false, RequireNumbers: true },
    ...{ RequireUppercaseCharacters: false, RequireLowercaseCharacters: false },
    ...{ AllowUsersToChangePassword: false, ExpirePasswords: false, HardExpiry: false },
  })
})

test("lengths and ages have AWS's ranges", async () => {
  const { client } = await openIam()
  for (const wrong of [
    { MinimumPasswordLength: 5 },
    { MinimumPasswordLength: 129 },
    { MaxPasswordAge: 1_096 },
    { PasswordReusePrevention: 25 },
  ])
    expect(await refusalOf(client.send(new UpdateAccountPasswordPolicyCommand(wrong)))).toMatch(
      /^400 ValidationError: 1 validation error detected/,
    )
})
