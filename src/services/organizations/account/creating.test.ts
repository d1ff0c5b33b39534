import {
  CreateAccountCommand,
  CreateGovCloudAccountCommand,
  DescribeAccountCommand,
  DescribeCreateAccountStatusCommand,
  ListCreateAccountStatusCommand,
} from "@aws-sdk/client-organizations"
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { CreateUserCommand, IAMClient } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { refusalOf } from "../../iam/testing/open-iam.ts"
import { newAccount } from "../testing/accounts.ts"
import { MANAGEMENT, openOrganization } from "../testing/open-organization.ts"

test("ORG-2 an account is made inside, with no invitation, and takes a while", async () => {
  const { client, cloud, organization } = await openOrganization()
  const input = { AccountName: "dev", Email: "dev@example.com", Tags: [{ Key: "a", Value: "1" }] }
  const asked = (await client.send(new CreateAccountCommand(input))).CreateAccountStatus
  expect(asked).toEqual({
    Id: expect.stringMatching(/^car-[a-z0-9]{32}$/),
    AccountName: "dev",
    State: "IN_PROGRESS",
    RequestedTimestamp: expect.any(Date),
  })
  const status = () =>
    client.send(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: asked?.Id }))
  expect((await status()).CreateAccountStatus?.State).toBe("IN_PROGRESS")
  await cloud.advance("1m")
  const done = (await status()).CreateAccountStatus
  expect(done).toMatchObject({ State: "SUCCEEDED", AccountId: expect.stringMatching(/^\d{12}$/) })
  const id = done?.AccountId
  const { Account } = await client.send(new DescribeAccountCommand({ AccountId: id }))
  expect(Account).toEqual({
    Id: id,
    Arn: `arn:aws:organizations::${MANAGEMENT}:account/${organization.Id}/${id}`,
    Email: "dev@example.com",
    Name: "dev",
    Status: "ACTIVE",
    State: "ACTIVE",
    JoinedMethod: "CREATED",
    JoinedTimestamp: expect.any(Date),
  })
})

test("ORG-12 the management account assumes OrganizationAccountAccessRole in a new account", async () => {
  const { client, cloud } = await openOrganization()
  const id = await newAccount({ client, cloud }, "dev")
  const RoleArn = `arn:aws:iam::${id}:role/OrganizationAccountAccessRole`
  const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: "session" })
  const { Credentials } = await cloud.client(STSClient).send(assume)
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  }
  const who = await cloud.client(STSClient, { credentials }).send(new GetCallerIdentityCommand({}))
  expect(who.Arn).toBe(`arn:aws:sts::${id}:assumed-role/OrganizationAccountAccessRole/session`)
  // It is an administrator there.
  const made = await cloud
    .client(IAMClient, { credentials })
    .send(new CreateUserCommand({ UserName: "u" }))
  expect(made.User?.Arn).toBe(`arn:aws:iam::${id}:user/u`)
  const stranger = { accessKeyId: "333333333333", secretAccessKey: "test" }
  expect(await refusalOf(cloud.client(STSClient, { credentials: stranger }).send(assume))).toMatch(
    /^403 AccessDenied/,
  )
})

test("the role's name can be chosen", async () => {
  const { client, cloud } = await openOrganization()
  const input = { AccountName: "dev", Email: "dev@example.com", RoleName: "Admin" }
  await client.send(new CreateAccountCommand(input))
  await cloud.advance("1m")
  const listed = await client.send(new ListCreateAccountStatusCommand({ States: ["SUCCEEDED"] }))
  const RoleArn = `arn:aws:iam::${listed.CreateAccountStatuses?.[0]?.AccountId}:role/Admin`
  const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: "session" })
  const assumed = await cloud.client(STSClient).send(assume)
  expect(assumed.AssumedRoleUser?.Arn).toContain(":assumed-role/Admin/session")
})

test("an address belongs to one account", async () => {
  const { client, cloud } = await openOrganization()
  await newAccount({ client, cloud }, "dev")
  await client.send(new CreateAccountCommand({ AccountName: "two", Email: "DEV@example.com" }))
  await cloud.advance("1m")
  const failed = await client.send(new ListCreateAccountStatusCommand({ States: ["FAILED"] }))
  expect(failed.CreateAccountStatuses).toEqual([
    {
      Id: expect.any(String),
      AccountName: "two",
      State: "FAILED",
      FailureReason: "EMAIL_ALREADY_EXISTS",
      RequestedTimestamp: expect.any(Date),
      CompletedTimestamp: expect.any(Date),
    },
  ])
})

test("ORG-13 an organization has ten accounts", async () => {
  const { client, cloud } = await openOrganization()
  for (let n = 1; n < 10; n += 1)
    await client.send(new CreateAccountCommand({ AccountName: "n", Email: `n${n}@example.com` }))
  const more = () =>
    refusalOf(client.send(new CreateAccountCommand({ AccountName: "n", Email: "x@example.com" })))
  const full =
    "400 ConstraintViolationException: You have exceeded the allowed number of AWS Accounts."
  expect(await more()).toBe(full)
  await cloud.advance("1m")
  expect(await more()).toBe(full)
})

test("accounts of GovCloud need a management account that has one", async () => {
  const { client } = await openOrganization()
  const input = { AccountName: "gov", Email: "gov@example.com" }
  const refused = await client.send(new CreateGovCloudAccountCommand(input)).catch((e: Error) => e)
  expect(refused).toMatchObject({
    name: "ConstraintViolationException",
    Reason: "MASTER_ACCOUNT_NOT_GOVCLOUD_ENABLED",
  })
})
