import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteUserCommand,
  GetUserCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"

test("IAM-7 a user has a unique id, a path and an ARN", async () => {
  const { client, cloud } = await openIam()
  const Tags = [{ Key: "team", Value: "blue" }]
  const input = { UserName: "Bob", Path: "/eng/", Tags }
  const { User } = await client.send(new CreateUserCommand(input))
  expect(User).toEqual({
    UserName: "Bob",
    Path: "/eng/",
    UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
    Arn: `arn:aws:iam::${ACCOUNT}:user/eng/Bob`,
    CreateDate: new Date(Math.floor(cloud.now().getTime() / 1000) * 1000),
    Tags,
  })
  const got = await client.send(new GetUserCommand({ UserName: "Bob" }))
  expect(got.User).toEqual(User)
  // Lists leave the tags out.
  const { Tags: _tags, ...listed } = User ?? {}
  const list = await client.send(new ListUsersCommand({}))
  expect(list.Users).toEqual([listed])
  expect(list.IsTruncated).toBe(false)
})

test("names are unique without their case", async () => {
  const { client } = await openIam()
  await client.send(new CreateUserCommand({ UserName: "Bob" }))
  expect(
    await refusalOf(client.send(new CreateUserCommand({ UserName: "BOB", Path: "/x/" }))),
  ).toBe("409 EntityAlreadyExists: User with name BOB already exists.")
})

test("a user that is not there", async () => {
  const { client } = await openIam()
  const missing = "404 NoSuchEntity: The user with name nobody cannot be found."
  const UserName = "nobody"
  expect(await refusalOf(client.send(new GetUserCommand({ UserName })))).toBe(missing)
  expect(await refusalOf(client.send(new DeleteUserCommand({ UserName })))).toBe(missing)
  expect(await refusalOf(client.send(new UpdateUserCommand({ UserName })))).toBe(missing)
  expect(await refusalOf(client.send(new TagUserCommand({ UserName, Tags: [] })))).toBe(missing)
})

test("IAM-1 users are the same seen from every Region", async () => {
  const { client, cloud } = await openIam()
  await client.send(new CreateUserCommand({ UserName: "bob" }))
  const { IAMClient } = await import("@aws-sdk/client-iam")
  const elsewhere = cloud.client(IAMClient, { region: "eu-west-1" })
  expect((await elsewhere.send(new ListUsersCommand({}))).Users?.[0]?.UserName).toBe("bob")
})

test("IAM-4 accounts have users of their own", async () => {
  const { client, of } = await openIam()
  await client.send(new CreateUserCommand({ UserName: "bob" }))
  expect((await of("210987654321").send(new ListUsersCommand({}))).Users).toEqual([])
})

test("a renamed user keeps its id and what belongs to it", async () => {
  const { client } = await openIam()
  const { User } = await client.send(new CreateUserCommand({ UserName: "bob" }))
  await client.send(new CreateUserCommand({ UserName: "carol" }))
  await client.send(new CreateAccessKeyCommand({ UserName: "bob" }))
  const to = (NewUserName: string) =>
    client.send(new UpdateUserCommand({ UserName: "bob", NewUserName, NewPath: "/new/" }))
  expect(await refusalOf(to("Carol"))).toBe(
    "409 EntityAlreadyExists: User with name Carol already exists.",
  )
  await to("Bobby")
  const { User: renamed } = await client.send(new GetUserCommand({ UserName: "Bobby" }))
  expect(renamed).toMatchObject({ UserId: User?.UserId, Path: "/new/", UserName: "Bobby" })
  expect(await refusalOf(client.send(new DeleteUserCommand({ UserName: "Bobby" })))).toMatch(
    /DeleteConflict/,
  )
  expect(await refusalOf(client.send(new GetUserCommand({ UserName: "bob" })))).toMatch(/NoSuchEnt/)
})

test("lists come in pages, in the order of names, under a path", async () => {
  const { client } = await openIam()
  for (const UserName of ["d", "B", "a", "C"])
    await client.send(new CreateUserCommand({ UserName, Path: UserName === "a" ? "/x/" : "/y/" }))
  const names: (string | undefined)[] = []
  let Marker: string | undefined
  do {
    const page = await client.send(new ListUsersCommand({ MaxItems: 2, Marker }))
    expect(page.Users?.length).toBe(2)
    names.push(...(page.Users ?? []).map(({ UserName }) => UserName))
    Marker = page.Marker
    expect(page.IsTruncated).toBe(Marker !== undefined)
  } while (Marker !== undefined)
  expect(names).toEqual(["a", "B", "C", "d"])
  const page = await client.send(new ListUsersCommand({ PathPrefix: "/y/", MaxItems: 3 }))
  expect(page.Users?.map(({ UserName }) => UserName)).toEqual(["B", "C", "d"])
  expect(page.IsTruncated).toBe(false)
  expect(await refusalOf(client.send(new ListUsersCommand({ Marker: "AAAA" })))).toMatch(
    /^400 ValidationError/,
  )
})

test("tags: sorted, told apart without case, at most 50", async () => {
  const { client } = await openIam()
  const UserName = "bob"
  await client.send(new CreateUserCommand({ UserName }))
  const tag = (...Tags: { Key: string; Value: string }[]) =>
    client.send(new TagUserCommand({ UserName, Tags }))
  await tag({ Key: "b", Value: "1" }, { Key: "A", Value: "2" })
  await tag({ Key: "a", Value: "3" })
  const list = () => client.send(new ListUserTagsCommand({ UserName }))
  expect((await list()).Tags).toEqual([
    { Key: "a", Value: "3" },
    { Key: "b", Value: "1" },
  ])
  expect(await refusalOf(tag({ Key: "x", Value: "" }, { Key: "X", Value: "" }))).toBe(
    "400 InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.",
  )
  const many = Array.from({ length: 49 }, (_, i) => ({ Key: `k${i}`, Value: "" }))
  expect(await refusalOf(tag(...many))).toMatch(/^409 LimitExceeded/)
  await client.send(new UntagUserCommand({ UserName, TagKeys: ["B", "none"] }))
  expect((await list()).Tags).toEqual([{ Key: "a", Value: "3" }])
})
