import {
  AddUserToGroupCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  paginateGetAccountAuthorizationDetails,
  PutGroupPolicyCommand,
  SetSecurityTokenServicePreferencesCommand,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { ALLOW_ALL, statement, TRUST_EC2 } from "../testing/documents.ts"
import { openIam } from "../testing/open-iam.ts"
import { openUser } from "../testing/open-user.ts"

const READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"

async function openAccount() {
  const opened = await openUser()
  const { client, may } = opened
  await may(ALLOW_ALL)
  await client.send(new CreateGroupCommand({ GroupName: "staff" }))
  await client.send(new AddUserToGroupCommand({ GroupName: "staff", UserName: "bob" }))
  await client.send(
    new PutGroupPolicyCommand({ GroupName: "staff", PolicyName: "in", PolicyDocument: ALLOW_ALL }),
  )
  await client.send(new CreateRoleCommand({ RoleName: "app", AssumeRolePolicyDocument: TRUST_EC2 }))
  await client.send(new AttachRolePolicyCommand({ RoleName: "app", PolicyArn: READ_ONLY }))
  const PolicyDocument = statement("Allow", "sqs:*")
  const { Policy } = await client.send(
    new CreatePolicyCommand({ PolicyName: "own", PolicyDocument }),
  )
  const PolicyArn = Policy?.Arn ?? ""
  await client.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: ALLOW_ALL }))
  await client.send(new AttachUserPolicyCommand({ UserName: "bob", PolicyArn }))
  return { ...opened, PolicyArn }
}

test("users, groups, roles and policies in use, with all that belongs to them", async () => {
  const { client, PolicyArn, userId } = await openAccount()
  const all = await client.send(new GetAccountAuthorizationDetailsCommand({}))
  const own = { PolicyName: "own", PolicyArn }
  const inline = { PolicyName: "own", PolicyDocument: encodeURIComponent(ALLOW_ALL) }
  expect(all.UserDetailList).toEqual([
    expect.objectContaining({
      ...{ UserName: "bob", UserId: userId, GroupList: ["staff"], Tags: [] },
      ...{ AttachedManagedPolicies: [own] },
    }),
  ])
  expect(
    decodeURIComponent(all.UserDetailList?.[0]?.UserPolicyList?.[0]?.PolicyDocument ?? ""),
  ).toBe(decodeURIComponent(inline.PolicyDocument))
  expect(all.GroupDetailList?.[0]).toMatchObject({
    ...{ GroupName: "staff", AttachedManagedPolicies: [] },
    GroupPolicyList: [{ PolicyName: "in" }],
  })
  expect(all.RoleDetailList?.[0]).toMatchObject({
    ...{ RoleName: "app", RolePolicyList: [], InstanceProfileList: [], RoleLastUsed: {} },
    AttachedManagedPolicies: [{ PolicyName: "ReadOnlyAccess", PolicyArn: READ_ONLY }],
  })
  expect(all.Policies?.map(({ Arn, AttachmentCount }) => [Arn, AttachmentCount])).toEqual([
    [PolicyArn, 1],
    [READ_ONLY, 1],
  ])
  expect(
    all.Policies?.[0]?.PolicyVersionList?.map(({ VersionId, IsDefaultVersion }) => [
      VersionId,
      IsDefaultVersion,
    ]),
  ).toEqual([
    ["v2", false],
    ["v1", true],
  ])
})

test("a filter picks kinds", async () => {
  const { client } = await openAccount()
  const { UserDetailList, RoleDetailList, Policies } = await client.send(
    new GetAccountAuthorizationDetailsCommand({ Filter: ["Role", "LocalManagedPolicy"] }),
  )
  expect([UserDetailList, RoleDetailList?.length, Policies?.length]).toEqual([[], 1, 1])
})

test("entries of all kinds come in pages", async () => {
  const { client } = await openAccount()
  const names: (string | undefined)[] = []
  const pages = paginateGetAccountAuthorizationDetails({ client, pageSize: 2 }, {})
  let count = 0
  for await (const page of pages) {
    count += 1
    names.push(...(page.UserDetailList ?? []).map((one) => one.UserName))
    names.push(...(page.GroupDetailList ?? []).map((one) => one.GroupName))
    names.push(...(page.RoleDetailList ?? []).map((one) => one.RoleName))
    names.push(...(page.Policies ?? []).map((one) => one.PolicyName))
  }
  expect(count).toBe(3)
  expect(names).toEqual(["bob", "staff", "app", "own", "ReadOnlyAccess"])
})

test("an account chooses its version of tokens", async () => {
  const { client } = await openIam()
  const version = async () =>
    (await client.send(new GetAccountSummaryCommand({}))).SummaryMap?.["GlobalEndpointTokenVersion"]
  expect(await version()).toBe(1)
  await client.send(
    new SetSecurityTokenServicePreferencesCommand({ GlobalEndpointTokenVersion: "v2Token" }),
  )
  expect(await version()).toBe(2)
})
