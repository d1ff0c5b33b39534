import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  GetGroupCommand,
  IAMClient,
  paginateGetGroup,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { openCloud } from "../../../gateway/testing/open-cloud.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { openIam, refusalOf } from "../testing/open-iam.ts"
import { users } from "./user.ts"

const ACCOUNT = "123456789012"

test("IAM-16 an account has 5,000 users", async () => {
  const cloud = await openCloud()
  const client = new IAMClient(gatewayConfig(cloud, ACCOUNT))
  await client.send(new CreateUserCommand({ UserName: "first" }))
  // 4,998 more, faster than by as many calls.
  await cloud.world.write((tx) => {
    for (let number = 1; number <= 4_998; number += 1)
      tx.put(users, {
        ...{ account: ACCOUNT, partition: "aws", path: "/", createdMs: 0, tags: [] },
        ...{ name: `user-${number}`, id: `AIDA${String(number).padStart(16, "0")}` },
      })
  })
  await client.send(new CreateUserCommand({ UserName: "last" }))
  expect(await refusalOf(client.send(new CreateUserCommand({ UserName: "more" })))).toBe(
    "409 LimitExceeded: Cannot exceed quota for UsersPerAccount: 5000",
  )
})

test("IAM-19 a group has no password and no keys", async () => {
  const { client } = await openIam()
  await client.send(new CreateGroupCommand({ GroupName: "staff" }))
  const UserName = "staff"
  const missing = "404 NoSuchEntity: The user with name staff cannot be found."
  expect(await refusalOf(client.send(new CreateAccessKeyCommand({ UserName })))).toBe(missing)
  const login = new CreateLoginProfileCommand({ UserName, Password: "Secret-123" })
  expect(await refusalOf(client.send(login))).toBe(missing)
})

test("IAM-21 a group holds any number of users", async () => {
  const { client } = await openIam()
  const GroupName = "staff"
  await client.send(new CreateGroupCommand({ GroupName }))
  const names = Array.from({ length: 110 }, (_, at) => `user-${String(at).padStart(3, "0")}`)
  for (const UserName of names) {
    await client.send(new CreateUserCommand({ UserName }))
    await client.send(new AddUserToGroupCommand({ GroupName, UserName }))
  }
  const first = await client.send(new GetGroupCommand({ GroupName }))
  expect([first.Users?.length, first.IsTruncated]).toEqual([100, true])
  const found: (string | undefined)[] = []
  for await (const { Users = [] } of paginateGetGroup({ client }, { GroupName }))
    found.push(...Users.map(({ UserName }) => UserName))
  expect(found).toEqual(names)
})
