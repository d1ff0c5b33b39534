import { CreateGroupCommand, UpdateGroupCommand, UpdateUserCommand } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { policy } from "../testing/documents.ts"
import { ACCOUNT, refusalOf } from "../testing/open-iam.ts"
import { openUser } from "../testing/open-user.ts"

const arn = (what: string) => `arn:aws:iam::${ACCOUNT}:${what}`

test("renaming a user or group needs the permission on the old ARN and on the new one", async () => {
  const { client, may, as, keys } = await openUser()
  await client.send(new CreateGroupCommand({ GroupName: "staff" }))
  const bob = as({
    AccessKeyId: keys.accessKeyId,
    SecretAccessKey: keys.secretAccessKey,
    ...{ UserName: "bob", Status: "Active" },
  })
  const user = new UpdateUserCommand({ UserName: "bob", NewPath: "/eng/" })
  const group = new UpdateGroupCommand({ GroupName: "staff", NewGroupName: "team" })
  const allow = (...Resource: string[]) =>
    may(policy({ Effect: "Allow", Action: "iam:Update*", Resource }))
  await allow(arn("user/bob"), arn("group/staff"))
  expect(await refusalOf(bob.send(user))).toContain("on resource: user bob because")
  expect(await refusalOf(bob.send(group))).toContain("on resource: group team because")
  await allow(arn("user/eng/bob"), arn("group/team"))
  expect(await refusalOf(bob.send(user))).toContain("on resource: user bob because")
  await allow(arn("user/*"), arn("group/*"))
  await bob.send(user)
  await bob.send(group)
})
