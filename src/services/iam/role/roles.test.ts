import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { ALLOW_ALL, trust, TRUST_EC2 } from "../testing/documents.ts"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"

const READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
const newRole = { RoleName: "app", AssumeRolePolicyDocument: TRUST_EC2 }

test("a role as CreateRole, GetRole and ListRoles tell it", async () => {
  const { client } = await openIam()
  const Tags = [{ Key: "test", Value: "value" }]
  const input = { ...newRole, Path: "/p/", Tags }
  const { Role } = await client.send(new CreateRoleCommand(input))
  const created = {
    RoleName: "app",
    Path: "/p/",
    RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
    Arn: `arn:aws:iam::${ACCOUNT}:role/p/app`,
    CreateDate: expect.any(Date),
    AssumeRolePolicyDocument: encodeURIComponent(TRUST_EC2),
  }
  // Recorded, all three of them.
  expect(Role).toEqual({ ...created, Tags })
  const got = await client.send(new GetRoleCommand({ RoleName: "app" }))
  expect(got.Role).toEqual({ ...created, MaxSessionDuration: 3600, RoleLastUsed: {}, Tags })
  const { Roles } = await client.send(new ListRolesCommand({ PathPrefix: "/p/" }))
  expect(Roles).toEqual([{ ...created, MaxSessionDuration: 3600 }])
})

test("a trust policy is a policy with principals", async () => {
  const { client } = await openIam()
  const create = (AssumeRolePolicyDocument: string) =>
    refusalOf(client.send(new CreateRoleCommand({ ...newRole, AssumeRolePolicyDocument })))
  // Recorded.
  expect(await create("{")).toBe("400 MalformedPolicyDocument: This policy contains invalid Json")
  expect(await create(ALLOW_ALL)).toMatch(/^400 MalformedPolicyDocument: /)
  expect(await create(TRUST_EC2.replace('"Effect"', '"Sid":"Let it in","Effect"'))).toBe(
    "400 MalformedPolicyDocument: The following Statement Ids are invalid: Let it in",
  )
  const long = trust({ AWS: Array.from({ length: 130 }, (_, i) => String(10 ** 11 + i)) })
  expect(await create(long)).toBe("409 LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048")
})

test("a role's trust, description and longest session can be changed", async () => {
  const { client } = await openIam()
  const RoleName = "app"
  await client.send(new CreateRoleCommand({ ...newRole, MaxSessionDuration: 7200 }))
  const get = async () => (await client.send(new GetRoleCommand({ RoleName }))).Role
  expect((await get())?.MaxSessionDuration).toBe(7200)
  const changed = await client.send(
    new UpdateRoleDescriptionCommand({ RoleName, Description: "does things" }),
  )
  expect(changed.Role?.Description).toBe("does things")
  await client.send(new UpdateRoleCommand({ RoleName }))
  expect(await get()).toMatchObject({ MaxSessionDuration: 3600, Description: "does things" })
  const PolicyDocument = trust({ AWS: ACCOUNT })
  await client.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
  expect((await get())?.AssumeRolePolicyDocument).toBe(encodeURIComponent(PolicyDocument))
  expect(
    await refusalOf(client.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration: 3599 }))),
  ).toMatch(/^400 ValidationError/)
})

test("a role with policies stays", async () => {
  const { client } = await openIam()
  const RoleName = "app"
  await client.send(new CreateRoleCommand(newRole))
  await client.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: READ_ONLY }))
  const PolicyName = "p"
  await client.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: ALLOW_ALL }))
  const remove = () => refusalOf(client.send(new DeleteRoleCommand({ RoleName })))
  expect(await remove()).toBe(
    "409 DeleteConflict: Cannot delete entity, must detach all policies first.",
  )
  await client.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: READ_ONLY }))
  expect(await remove()).toBe(
    "409 DeleteConflict: Cannot delete entity, must delete policies first.",
  )
})

test("the path of service-linked roles is theirs alone", async () => {
  const { client } = await openIam()
  const Path = "/aws-service-role/ecs.amazonaws.com/"
  const create = new CreateRoleCommand({
    ...{ RoleName: "app", Path, AssumeRolePolicyDocument: TRUST_EC2 },
  })
  // As users of AWS quote it.
  expect(await refusalOf(client.send(create))).toBe(
    "400 InvalidInput: Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles",
  )
})

test("names, and roles that are not there", async () => {
  const { client } = await openIam()
  await client.send(new CreateRoleCommand(newRole))
  const again = new CreateRoleCommand({ ...newRole, RoleName: "APP" })
  expect(await refusalOf(client.send(again))).toBe(
    "409 EntityAlreadyExists: Role with name APP already exists.",
  )
  await client.send(new DeleteRoleCommand({ RoleName: "app" }))
  expect(await refusalOf(client.send(new GetRoleCommand({ RoleName: "app" })))).toBe(
    "404 NoSuchEntity: The role with name app cannot be found.",
  )
})

test("tags and a permissions boundary", async () => {
  const { client } = await openIam()
  const RoleName = "app"
  await client.send(new CreateRoleCommand(newRole))
  await client.send(new TagRoleCommand({ RoleName, Tags: [{ Key: "a", Value: "1" }] }))
  const tags = await client.send(new ListRoleTagsCommand({ RoleName }))
  expect(tags.Tags).toEqual([{ Key: "a", Value: "1" }])
  await client.send(new UntagRoleCommand({ RoleName, TagKeys: ["a"] }))
  const boundary = (PermissionsBoundary: string) =>
    refusalOf(client.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary })))
  const missing = `arn:aws:iam::${ACCOUNT}:policy/none`
  expect(await boundary(missing)).toBe(
    `404 NoSuchEntity: Scope ARN: ${missing} does not exist or is not attachable.`,
  )
  expect(await boundary(READ_ONLY)).toBe("no refusal")
  const get = async () => (await client.send(new GetRoleCommand({ RoleName }))).Role
  expect((await get())?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(READ_ONLY)
  await client.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))
  expect(await get()).not.toHaveProperty("PermissionsBoundary")
  expect(
    await refusalOf(client.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))),
  ).toMatch(/^404 NoSuchEntity/)
})
