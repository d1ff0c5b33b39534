import {
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachUserPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListAttachedUserPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
  ListPolicyTagsCommand,
  ListPolicyVersionsCommand,
  PutUserPermissionsBoundaryCommand,
  SetDefaultPolicyVersionCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { ALLOW_ALL, statement, TRUST_EC2 } from "../testing/documents.ts"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"

const ARN = `arn:aws:iam::${ACCOUNT}:policy/p`
const READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
const document = { PolicyArn: ARN, PolicyDocument: statement("Allow", "sqs:*") }

async function openPolicy() {
  const opened = await openIam()
  const input = { PolicyName: "p", PolicyDocument: ALLOW_ALL, Description: "all" }
  const { Policy } = await opened.client.send(new CreatePolicyCommand(input))
  await opened.client.send(new CreateUserCommand({ UserName: "bob" }))
  return { ...opened, Policy }
}

test("a policy as CreatePolicy and GetPolicy tell it", async () => {
  const { client, Policy } = await openPolicy()
  // Recorded.
  expect(Policy).toEqual({
    Arn: ARN,
    PolicyName: "p",
    PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
    Path: "/",
    DefaultVersionId: "v1",
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: expect.any(Date),
    UpdateDate: expect.any(Date),
  })
  const got = await client.send(new GetPolicyCommand({ PolicyArn: ARN }))
  expect(got.Policy).toEqual({ ...Policy, Description: "all", Tags: [] })
  const version = new GetPolicyVersionCommand({ PolicyArn: ARN, VersionId: "v1" })
  expect((await client.send(version)).PolicyVersion).toMatchObject({
    Document: encodeURIComponent(ALLOW_ALL).replaceAll("*", "%2A"),
    IsDefaultVersion: true,
    VersionId: "v1",
  })
})

test("IAM-58 a managed policy has at most 6,144 characters, blanks not counted", async () => {
  const { client } = await openIam()
  const create = (length: number, blanks = "") => {
    const room = length - statement("Allow", "sqs:").length
    const PolicyDocument = statement("Allow", `sqs:${"x".repeat(room)}`) + blanks
    return refusalOf(client.send(new CreatePolicyCommand({ PolicyName: "q", PolicyDocument })))
  }
  expect(await create(6_145)).toBe("409 LimitExceeded: Cannot exceed quota for PolicySize: 6144")
  expect(await create(6_144, "   \n")).toBe("no refusal")
})

test("documents and names are checked", async () => {
  const { client } = await openPolicy()
  const create = (PolicyName: string, PolicyDocument: string) =>
    refusalOf(client.send(new CreatePolicyCommand({ PolicyName, PolicyDocument })))
  expect(await create("P", ALLOW_ALL)).toBe(
    "409 EntityAlreadyExists: A policy called P already exists. Duplicate names are not allowed.",
  )
  expect(await create("q", "{}")).toBe("400 MalformedPolicyDocument: Syntax errors in policy.")
  const blank = ALLOW_ALL.replace('"Effect"', '"Sid":"All of it","Effect"')
  expect(await create("q", blank)).toBe(
    "400 MalformedPolicyDocument: Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
  )
})

test("IAM-58 a managed policy has at most five versions", async () => {
  const { client } = await openPolicy()
  const create = () => client.send(new CreatePolicyVersionCommand(document))
  for (let i = 2; i <= 5; i += 1) expect((await create()).PolicyVersion?.VersionId).toBe(`v${i}`)
  expect(await refusalOf(create())).toBe(
    "409 LimitExceeded: A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
  )
  const at = (VersionId: string) => ({ PolicyArn: ARN, VersionId })
  expect(await refusalOf(client.send(new DeletePolicyVersionCommand(at("v1"))))).toBe(
    "409 DeleteConflict: Cannot delete the default version of a policy.",
  )
  await client.send(new SetDefaultPolicyVersionCommand(at("v3")))
  await client.send(new DeletePolicyVersionCommand(at("v1")))
  // No number is given twice.
  expect((await create()).PolicyVersion?.VersionId).toBe("v6")
  const { Versions } = await client.send(new ListPolicyVersionsCommand({ PolicyArn: ARN }))
  expect(Versions?.map(({ VersionId }) => VersionId)).toEqual(["v6", "v5", "v4", "v3", "v2"])
  expect(Versions?.find((one) => one.IsDefaultVersion)?.VersionId).toBe("v3")
  expect(await refusalOf(client.send(new GetPolicyVersionCommand(at("v1"))))).toBe(
    `404 NoSuchEntity: Policy ${ARN} version v1 does not exist or is not attachable.`,
  )
  expect(await refusalOf(client.send(new DeletePolicyCommand({ PolicyArn: ARN })))).toMatch(
    /^409 DeleteConflict: This policy has more than one version\./,
  )
})

test("attaching: what is refused, and what is listed", async () => {
  const { client } = await openPolicy()
  const UserName = "bob"
  const attach = (PolicyArn: string) =>
    refusalOf(client.send(new AttachUserPolicyCommand({ UserName, PolicyArn })))
  // Recorded.
  expect(await attach("longpolicynamebutnoarn")).toBe(
    "400 ValidationError: Invalid ARN:  Could not be parsed!",
  )
  expect(await attach(`${ARN}123`)).toBe(
    `404 NoSuchEntity: Policy ${ARN}123 does not exist or is not attachable.`,
  )
  for (const arn of [ARN, ARN, READ_ONLY]) expect(await attach(arn)).toBe("no refusal")
  const list = new ListAttachedUserPoliciesCommand({ UserName })
  expect((await client.send(list)).AttachedPolicies).toEqual([
    { PolicyName: "p", PolicyArn: ARN },
    { PolicyName: "ReadOnlyAccess", PolicyArn: READ_ONLY },
  ])
  expect(await refusalOf(client.send(new DeletePolicyCommand({ PolicyArn: ARN })))).toBe(
    "409 DeleteConflict: Cannot delete a policy attached to entities.",
  )
  const detach = new DetachUserPolicyCommand({ UserName, PolicyArn: ARN })
  await client.send(detach)
  expect(await refusalOf(client.send(detach))).toBe(
    `404 NoSuchEntity: Policy ${ARN} was not found.`,
  )
  await client.send(new DeletePolicyCommand({ PolicyArn: ARN }))
  // Recorded.
  expect(await refusalOf(client.send(new DeletePolicyCommand({ PolicyArn: ARN })))).toBe(
    `404 NoSuchEntity: Policy ${ARN} was not found.`,
  )
})

test("policies of service-linked roles are attached to nobody else", async () => {
  const { client } = await openPolicy()
  await client.send(new CreateRoleCommand({ RoleName: "app", AssumeRolePolicyDocument: TRUST_EC2 }))
  await client.send(new CreateGroupCommand({ GroupName: "devs" }))
  const PolicyArn = "arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy"
  const refused = "400 PolicyNotAttachable: Cannot attach a Service Role Policy to a"
  // As users of AWS quote it.
  expect(
    await refusalOf(client.send(new AttachRolePolicyCommand({ RoleName: "app", PolicyArn }))),
  ).toBe(`${refused} Customer Role.`)
  expect(
    await refusalOf(client.send(new AttachUserPolicyCommand({ UserName: "bob", PolicyArn }))),
  ).toBe(`${refused} User.`)
  expect(
    await refusalOf(client.send(new AttachGroupPolicyCommand({ GroupName: "devs", PolicyArn }))),
  ).toBe(`${refused} Group.`)
})

test("IAM-58 an identity has at most 10 managed policies", async () => {
  const { client } = await openPolicy()
  const attach = async (PolicyName: string) => {
    const made = new CreatePolicyCommand({ PolicyName, PolicyDocument: ALLOW_ALL })
    const { Policy } = await client.send(made)
    const PolicyArn = Policy?.Arn ?? ""
    return refusalOf(client.send(new AttachUserPolicyCommand({ UserName: "bob", PolicyArn })))
  }
  for (let i = 0; i < 10; i += 1) expect(await attach(`p${i}`)).toBe("no refusal")
  expect(await attach("p10")).toBe("409 LimitExceeded: Cannot exceed quota for PoliciesPerUser: 10")
})

test("who has a policy, attached or as boundary", async () => {
  const { client } = await openPolicy()
  const role = { RoleName: "app", AssumeRolePolicyDocument: TRUST_EC2 }
  await client.send(new CreateRoleCommand(role))
  await client.send(new AttachRolePolicyCommand({ RoleName: "app", PolicyArn: ARN }))
  const boundary = { UserName: "bob", PermissionsBoundary: ARN }
  await client.send(new PutUserPermissionsBoundaryCommand(boundary))
  const list = await client.send(new ListEntitiesForPolicyCommand({ PolicyArn: ARN }))
  expect(list.PolicyRoles?.map(({ RoleName }) => RoleName)).toEqual(["app"])
  expect(list.PolicyUsers?.map(({ UserName }) => UserName)).toEqual(["bob"])
  expect(list.PolicyGroups).toEqual([])
  const attached = { PolicyArn: ARN, PolicyUsageFilter: "PermissionsPolicy" } as const
  expect((await client.send(new ListEntitiesForPolicyCommand(attached))).PolicyUsers).toEqual([])
  const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn: ARN }))
  expect(Policy).toMatchObject({ AttachmentCount: 1, PermissionsBoundaryUsageCount: 1 })
})

test("lists by scope, and by what is attached", async () => {
  const { client } = await openPolicy()
  const names = async (input: object) =>
    (await client.send(new ListPoliciesCommand(input))).Policies?.map(
      ({ PolicyName }) => PolicyName,
    )
  expect(await names({ Scope: "Local" })).toEqual(["p"])
  expect(await names({ OnlyAttached: true })).toEqual([])
  await client.send(new AttachUserPolicyCommand({ UserName: "bob", PolicyArn: READ_ONLY }))
  expect(await names({ OnlyAttached: true })).toEqual(["ReadOnlyAccess"])
  const page = await client.send(new ListPoliciesCommand({ Scope: "AWS", MaxItems: 1000 }))
  expect(page.IsTruncated).toBe(true)
  const rest = { Scope: "AWS", MaxItems: 1000, Marker: page.Marker } as const
  const second = await client.send(new ListPoliciesCommand(rest))
  expect(page.Policies?.length).toBe(1000)
  expect(second.Policies?.[0]?.Arn).not.toBe(page.Policies?.[0]?.Arn)
})

test("IAM-48 customers cannot change AWS's policies", async () => {
  const { client } = await openPolicy()
  const version = { PolicyArn: READ_ONLY, PolicyDocument: ALLOW_ALL }
  expect(await refusalOf(client.send(new CreatePolicyVersionCommand(version)))).toMatch(/^403 Acc/)
  expect(await refusalOf(client.send(new DeletePolicyCommand(version)))).toMatch(/^403 Acc/)
})

test("tags of a policy", async () => {
  const { client } = await openPolicy()
  const Tags = [{ Key: "a", Value: "1" }]
  await client.send(new TagPolicyCommand({ PolicyArn: ARN, Tags }))
  const list = () => client.send(new ListPolicyTagsCommand({ PolicyArn: ARN }))
  expect((await list()).Tags).toEqual(Tags)
  await client.send(new UntagPolicyCommand({ PolicyArn: ARN, TagKeys: ["a"] }))
  expect((await list()).Tags).toEqual([])
})
