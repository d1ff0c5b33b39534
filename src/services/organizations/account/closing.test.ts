import {
  CloseAccountCommand,
  DescribeAccountCommand,
  LeaveOrganizationCommand,
  ListAccountsCommand,
  RemoveAccountFromOrganizationCommand,
} from "@aws-sdk/client-organizations"
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { refusalOf } from "../../iam/testing/open-iam.ts"
import { inviteAccount, newAccount } from "../testing/accounts.ts"
import { MANAGEMENT, openOrganization, OTHER } from "../testing/open-organization.ts"

test("an account is closed, suspended for 90 days, and gone", async () => {
  const { client, cloud } = await openOrganization()
  const AccountId = await newAccount({ client, cloud }, "dev")
  const close = () => client.send(new CloseAccountCommand({ AccountId }))
  const state = async () =>
    (await client.send(new DescribeAccountCommand({ AccountId }))).Account?.State
  await close()
  expect(await state()).toBe("PENDING_CLOSURE")
  await cloud.advance("1m")
  expect(await state()).toBe("SUSPENDED")
  expect(await refusalOf(close())).toBe(
    "400 AccountAlreadyClosedException: The provided account is already closed.",
  )
  await cloud.advance("89d")
  expect(await state()).toBe("SUSPENDED")
  await cloud.advance("1d")
  expect(await refusalOf(state())).toBe(
    "400 AccountNotFoundException: You specified an account that doesn't exist.",
  )
  const { Accounts } = await client.send(new ListAccountsCommand({}))
  expect(Accounts?.map(({ Id }) => Id)).toEqual([MANAGEMENT])
})

test("nobody acts in a closed account", async () => {
  const { client, cloud } = await openOrganization()
  const AccountId = await newAccount({ client, cloud }, "dev")
  const sts = cloud.client(STSClient)
  const RoleArn = `arn:aws:iam::${AccountId}:role/OrganizationAccountAccessRole`
  const assume = () => sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "session" }))
  const { Credentials } = await assume()
  const session = cloud.client(STSClient, {
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    },
  })
  const root = cloud.client(STSClient, {
    credentials: { accessKeyId: AccountId, secretAccessKey: "test" },
  })
  const who = (of: STSClient) => refusalOf(of.send(new GetCallerIdentityCommand({})))
  expect([await who(session), await who(root)]).toEqual(["no refusal", "no refusal"])
  await client.send(new CloseAccountCommand({ AccountId }))
  await cloud.advance("1m")
  const unknown = "403 InvalidClientTokenId: The security token included in the request is invalid."
  expect([await who(session), await who(root)]).toEqual([unknown, unknown])
  expect(await refusalOf(assume())).toMatch(/^403 AccessDenied: .*sts:AssumeRole/)
})

test("the management account is not closed; ten accounts are in thirty days", async () => {
  const { client, of, cloud } = await openOrganization()
  const close = (AccountId: string) =>
    refusalOf(client.send(new CloseAccountCommand({ AccountId })))
  expect(await close(MANAGEMENT)).toMatch(
    /^400 ConstraintViolationException: You attempted to close the management account/,
  )
  expect(await close("999999999999")).toMatch(/^400 AccountNotFoundException/)
  await cloud.setQuota({ service: "organizations", quota: "L-E619E033", value: 12 })
  const ids = Array.from({ length: 11 }, (_, i) => String(500_000_000_000 + i))
  for (const id of ids) await inviteAccount({ client, of }, id)
  for (const id of ids.slice(1)) expect(await close(id)).toBe("no refusal")
  expect(await close(ids[0] ?? "")).toBe(
    "400 ConstraintViolationException: You have exceeded close account quota for the past 30 days.",
  )
  await cloud.advance("30d")
  expect(await close(ids[0] ?? "")).toBe("no refusal")
})

test("without all features no account is closed", async () => {
  const { client, of } = await openOrganization("CONSOLIDATED_BILLING")
  await inviteAccount({ client, of }, OTHER)
  const close = client.send(new CloseAccountCommand({ AccountId: OTHER }))
  expect(await close.catch((error: Error) => error)).toMatchObject({
    name: "ConstraintViolationException",
    Reason: "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE",
  })
})

test("ORG-3 an account leaves, or is removed, and is free to join another organization", async () => {
  const { client, of, cloud } = await openOrganization()
  await inviteAccount({ client, of }, OTHER)
  await of(OTHER).send(new LeaveOrganizationCommand({}))
  const members = async () => (await client.send(new ListAccountsCommand({}))).Accounts?.length
  expect(await members()).toBe(1)
  await inviteAccount({ client, of }, OTHER)
  await client.send(new RemoveAccountFromOrganizationCommand({ AccountId: OTHER }))
  expect(await members()).toBe(1)
  const remove = (AccountId: string) =>
    refusalOf(client.send(new RemoveAccountFromOrganizationCommand({ AccountId })))
  expect(await remove(OTHER)).toMatch(/^400 AccountNotFoundException/)
  expect(await remove(MANAGEMENT)).toMatch(/^400 MasterCannotLeaveOrganizationException/)
  // "you must wait until at least seven days after the account was created"
  const made = await newAccount({ client, cloud }, "dev")
  expect(await remove(made)).toMatch(/^400 ConstraintViolationException: .* seven days/)
  await cloud.advance("7d")
  expect(await remove(made)).toBe("no refusal")
})
