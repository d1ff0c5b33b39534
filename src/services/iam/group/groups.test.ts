import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteUserCommand,
  GetGroupCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  PutGroupPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateGroupCommand,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"
import { ALLOW_ALL } from "../testing/documents.ts"

test("a group has a unique id and an ARN, and lists its users", async () => {
  const { client } = await openIam()
  const { Group } = await client.send(new CreateGroupCommand({ GroupName: "Devs", Path: "/t/" }))
  expect(Group).toMatchObject({
    GroupName: "Devs",
    GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/),
    Arn: `arn:aws:iam::${ACCOUNT}:group/t/Devs`,
  })
  for (const UserName of ["bob", "alice"]) {
    await client.send(new CreateUserCommand({ UserName }))
    await client.send(new AddUserToGroupCommand({ GroupName: "Devs", UserName }))
  }
  const got = await client.send(new GetGroupCommand({ GroupName: "Devs" }))
  expect(got.Group).toEqual(Group)
  expect(got.Users?.map(({ UserName }) => UserName)).toEqual(["alice", "bob"])
  const of = await client.send(new ListGroupsForUserCommand({ UserName: "bob" }))
  expect(of.Groups).toEqual([Group])
  expect((await client.send(new ListGroupsCommand({}))).Groups).toEqual([Group])
})

test("a group's name is taken without its case", async () => {
  const { client } = await openIam()
  await client.send(new CreateGroupCommand({ GroupName: "Devs" }))
  expect(await refusalOf(client.send(new CreateGroupCommand({ GroupName: "devs" })))).toBe(
    "409 EntityAlreadyExists: Group with name devs already exists.",
  )
  expect(await refusalOf(client.send(new GetGroupCommand({ GroupName: "ops" })))).toBe(
    "404 NoSuchEntity: The group with name ops cannot be found.",
  )
})

test("IAM-20 a user is in at most 10 groups", async () => {
  const { client } = await openIam()
  await client.send(new CreateUserCommand({ UserName: "bob" }))
  const add = async (GroupName: string) => {
    await client.send(new CreateGroupCommand({ GroupName }))
    return client.send(new AddUserToGroupCommand({ GroupName, UserName: "bob" }))
  }
  for (let i = 0; i < 10; i += 1) await add(`g${i}`)
  expect(await refusalOf(add("g10"))).toBe(
    "409 LimitExceeded: Cannot exceed quota for GroupsPerUser: 10",
  )
  const again = new AddUserToGroupCommand({ GroupName: "g3", UserName: "bob" })
  expect(await refusalOf(client.send(again))).toBe("no refusal")
})

test("IAM-23 an account has at most 300 groups", async () => {
  const { client } = await openIam()
  const create = (i: number) => client.send(new CreateGroupCommand({ GroupName: `g${i}` }))
  for (let i = 0; i < 300; i += 1) await create(i)
  expect(await refusalOf(create(300))).toBe(
    "409 LimitExceeded: Cannot exceed quota for GroupsPerAccount: 300",
  )
})

test("IAM-22 a group is no user", async () => {
  const { client } = await openIam()
  for (const GroupName of ["a", "b"]) await client.send(new CreateGroupCommand({ GroupName }))
  const nest = new AddUserToGroupCommand({ GroupName: "a", UserName: "b" })
  expect(await refusalOf(client.send(nest))).toBe(
    "404 NoSuchEntity: The user with name b cannot be found.",
  )
})

test("a group with members or policies stays, and so does a member", async () => {
  const { client } = await openIam()
  const GroupName = "devs"
  const UserName = "bob"
  await client.send(new CreateGroupCommand({ GroupName }))
  await client.send(new CreateUserCommand({ UserName }))
  await client.send(new AddUserToGroupCommand({ GroupName, UserName }))
  const conflict = "409 DeleteConflict: Cannot delete entity, must remove users from group first."
  expect(await refusalOf(client.send(new DeleteGroupCommand({ GroupName })))).toBe(conflict)
  expect(await refusalOf(client.send(new DeleteUserCommand({ UserName })))).toBe(conflict)
  await client.send(new RemoveUserFromGroupCommand({ GroupName, UserName }))
  await client.send(new DeleteUserCommand({ UserName }))
  const policy = { PolicyName: "p", PolicyDocument: ALLOW_ALL }
  await client.send(new PutGroupPolicyCommand({ GroupName, ...policy }))
  expect(await refusalOf(client.send(new DeleteGroupCommand({ GroupName })))).toBe(
    "409 DeleteConflict: Cannot delete entity, must delete policies first.",
  )
})

test("a renamed group keeps its members", async () => {
  const { client } = await openIam()
  await client.send(new CreateGroupCommand({ GroupName: "devs" }))
  await client.send(new CreateUserCommand({ UserName: "bob" }))
  await client.send(new AddUserToGroupCommand({ GroupName: "devs", UserName: "bob" }))
  await client.send(new UpdateGroupCommand({ GroupName: "devs", NewGroupName: "Coders" }))
  const { Users } = await client.send(new GetGroupCommand({ GroupName: "coders" }))
  expect(Users?.map(({ UserName }) => UserName)).toEqual(["bob"])
  expect(await refusalOf(client.send(new GetGroupCommand({ GroupName: "devs" })))).toMatch(/^404/)
})
