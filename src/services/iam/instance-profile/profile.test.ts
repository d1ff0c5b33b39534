import {
  AddRoleToInstanceProfileCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  GetInstanceProfileCommand,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  ListInstanceProfileTagsCommand,
  PutUserPolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  UntagInstanceProfileCommand,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"

const InstanceProfileName = "web"
const RoleName = "web-role"
const both = { InstanceProfileName, RoleName }
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
})

async function withProfile(more = {}) {
  const { client } = await openIam()
  const { InstanceProfile } = await client.send(
    new CreateInstanceProfileCommand({ InstanceProfileName, ...more }),
  )
  const get = async () =>
    (await client.send(new GetInstanceProfileCommand({ InstanceProfileName }))).InstanceProfile
  const role = (name = RoleName) =>
    client.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: TRUST }))
  return { client, InstanceProfile, get, role }
}

test("a profile has a path, an ARN, an id and tags, and no role", async () => {
  const Tags = [{ Key: "a", Value: "1" }]
  const { client, InstanceProfile, get } = await withProfile({ Path: "/app/", Tags })
  expect(InstanceProfile).toMatchObject({
    Path: "/app/",
    InstanceProfileName,
    InstanceProfileId: expect.stringMatching(/^AIPA[A-Z2-7]{17}$/),
    Arn: `arn:aws:iam::${ACCOUNT}:instance-profile/app/web`,
    Roles: [],
    Tags,
  })
  expect(await get()).toEqual(InstanceProfile)
  expect(
    await refusalOf(client.send(new CreateInstanceProfileCommand({ InstanceProfileName }))),
  ).toBe("409 EntityAlreadyExists: Instance Profile web already exists.")
})

test("a profile wraps one role", async () => {
  const { client, get, role } = await withProfile()
  const add = (name: string) =>
    client.send(new AddRoleToInstanceProfileCommand({ ...both, RoleName: name }))
  expect(await refusalOf(add(RoleName))).toBe(
    `404 NoSuchEntity: The role with name ${RoleName} cannot be found.`,
  )
  await role()
  await role("other")
  await add(RoleName)
  expect((await get())?.Roles).toMatchObject([{ RoleName }])
  expect(await refusalOf(add("other"))).toBe(
    "409 LimitExceeded: Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
  )
  const { InstanceProfiles } = await client.send(
    new ListInstanceProfilesForRoleCommand({ RoleName }),
  )
  expect(InstanceProfiles).toMatchObject([{ InstanceProfileName }])
})

test("who adds a role passes it to EC2, for instances anywhere in the account", async () => {
  const { client, as } = await openIam()
  await client.send(new CreateInstanceProfileCommand({ InstanceProfileName }))
  await client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }))
  const UserName = "ann"
  await client.send(new CreateUserCommand({ UserName }))
  const ann = as((await client.send(new CreateAccessKeyCommand({ UserName }))).AccessKey)
  const allow = (instances: string, service = "ec2.amazonaws.com") => {
    const role = `arn:aws:iam::${ACCOUNT}:role/${RoleName}`
    const Condition = {
      StringEquals: { "iam:PassedToService": service },
      ArnLike: { "iam:AssociatedResourceArn": instances },
    }
    const Statement = [
      { Effect: "Allow", Action: "iam:AddRoleToInstanceProfile", Resource: "*" },
      { Effect: "Allow", Action: "iam:PassRole", Resource: role, Condition },
    ]
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement })
    return client.send(new PutUserPolicyCommand({ UserName, PolicyName: "p", PolicyDocument }))
  }
  const add = () => refusalOf(ann.send(new AddRoleToInstanceProfileCommand(both)))
  const denied = `403 AccessDenied: User: arn:aws:iam::${ACCOUNT}:user/ann is not authorized to perform: iam:PassRole on resource: arn:aws:iam::${ACCOUNT}:role/${RoleName} because no identity-based policy allows the iam:PassRole action`
  await allow(`arn:aws:ec2:us-east-1:${ACCOUNT}:instance/*`)
  expect(await add()).toBe(denied)
  await allow(`arn:aws:ec2:*:${ACCOUNT}:instance/*`, "ecs.amazonaws.com")
  expect(await add()).toBe(denied)
  await allow(`arn:aws:ec2:*:${ACCOUNT}:instance/*`)
  expect(await add()).toBe("no refusal")
})

test("a profile goes only without its role", async () => {
  const { client, get, role } = await withProfile()
  await role()
  await client.send(new AddRoleToInstanceProfileCommand(both))
  const remove = () => client.send(new DeleteInstanceProfileCommand({ InstanceProfileName }))
  expect(await refusalOf(remove())).toBe(
    "409 DeleteConflict: Cannot delete entity, must remove roles from instance profile first.",
  )
  expect(await refusalOf(client.send(new DeleteRoleCommand({ RoleName })))).toBe(
    "409 DeleteConflict: Cannot delete entity, must remove roles from instance profile first.",
  )
  await client.send(new RemoveRoleFromInstanceProfileCommand(both))
  expect(await refusalOf(client.send(new RemoveRoleFromInstanceProfileCommand(both)))).toMatch(
    /^404 NoSuchEntity/,
  )
  await remove()
  expect(await refusalOf(get())).toBe("404 NoSuchEntity: Instance Profile web cannot be found.")
})

test("lists go page by page, and by path", async () => {
  const { client } = await withProfile({ Path: "/app/" })
  for (const name of ["b", "a"])
    await client.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }))
  const list = async (input: { MaxItems?: number; Marker?: string; PathPrefix?: string }) => {
    const page = await client.send(new ListInstanceProfilesCommand(input))
    return { ...page, names: page.InstanceProfiles?.map((one) => one.InstanceProfileName) }
  }
  const first = await list({ MaxItems: 2 })
  expect(first).toMatchObject({ names: ["a", "b"], IsTruncated: true })
  const rest = await list({ MaxItems: 2, Marker: first.Marker ?? "" })
  expect(rest).toMatchObject({ names: ["web"], IsTruncated: false })
  expect((await list({ PathPrefix: "/app/" })).names).toEqual(["web"])
})

test("tags are set, listed and taken off", async () => {
  const { client } = await withProfile()
  const Tags = [{ Key: "a", Value: "1" }]
  await client.send(new TagInstanceProfileCommand({ InstanceProfileName, Tags }))
  const list = async () =>
    (await client.send(new ListInstanceProfileTagsCommand({ InstanceProfileName }))).Tags
  expect(await list()).toEqual(Tags)
  await client.send(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: ["a"] }))
  expect(await list()).toEqual([])
})
