import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  ListUsersCommand,
} from "@aws-sdk/client-iam"
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { keysOf, newUser, policyOf } from "../../../gateway/testing/identity.ts"
import { refusalOf } from "../../iam/testing/open-iam.ts"
import { newAccount } from "../testing/accounts.ts"
import { openOrganization } from "../testing/open-organization.ts"

test("users of one account assume roles in the others; the management account stays empty", async () => {
  const { client, cloud } = await openOrganization()
  const login = await newAccount({ client, cloud }, "login")
  const dev = await newAccount({ client, cloud }, "dev")
  const RoleSessionName = "session"
  /** IAM of a member, as its administrator from the management account. */
  const administrator = async (account: string) => {
    const RoleArn = `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`
    const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName })
    const { Credentials } = await cloud.client(STSClient).send(assume)
    return cloud.client(IAMClient, { credentials: keysOf(Credentials) })
  }
  const inDev = await administrator(dev)
  const trust = { Action: "sts:AssumeRole", Principal: { AWS: login } }
  const AssumeRolePolicyDocument = policyOf(trust)
  await inDev.send(new CreateRoleCommand({ RoleName: "reader", AssumeRolePolicyDocument }))
  const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
  await inDev.send(new AttachRolePolicyCommand({ RoleName: "reader", PolicyArn }))

  const UserName = "ann"
  const { credentials, may } = await newUser(await administrator(login), UserName)
  const RoleArn = `arn:aws:iam::${dev}:role/reader`
  const sts = cloud.client(STSClient, { credentials })
  const assume = () => sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName }))
  expect(await refusalOf(assume())).toMatch(/^403 AccessDenied/)
  await may({ Action: "sts:AssumeRole", Resource: RoleArn })
  const iam = cloud.client(IAMClient, { credentials: keysOf((await assume()).Credentials) })
  expect((await iam.send(new ListUsersCommand({}))).Users).toEqual([])
  expect(await refusalOf(iam.send(new CreateUserCommand({ UserName })))).toMatch(
    /^403 AccessDenied/,
  )
  const management = await cloud.client(IAMClient).send(new ListUsersCommand({}))
  expect(management.Users).toEqual([])
})
