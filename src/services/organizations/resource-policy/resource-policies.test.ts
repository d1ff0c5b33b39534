import {
  DeleteResourcePolicyCommand,
  DescribeResourcePolicyCommand,
  ListAccountsCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  PutResourcePolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-organizations"
import { expect, test } from "vitest"
import { refusalOf } from "../../iam/testing/open-iam.ts"
import { inviteAccount } from "../testing/accounts.ts"
import { MANAGEMENT, openOrganization, OTHER } from "../testing/open-organization.ts"

const opening = (Action: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${OTHER}:root` },
        Action,
        Resource: "*",
      },
    ],
  })

test("the resource policy lets a member account in", async () => {
  const { client, of, organization } = await openOrganization()
  await inviteAccount({ client, of }, OTHER)
  const member = of(OTHER)
  const Content = opening("organizations:ListAccounts")
  const put = await client.send(new PutResourcePolicyCommand({ Content }))
  const id = put.ResourcePolicy?.ResourcePolicySummary?.Id
  const arn = `arn:aws:organizations::${MANAGEMENT}:resourcepolicy/${organization.Id}/${id}`
  expect(put.ResourcePolicy).toEqual({ ResourcePolicySummary: { Id: id, Arn: arn }, Content })
  const described = await client.send(new DescribeResourcePolicyCommand({}))
  expect(described.ResourcePolicy).toEqual(put.ResourcePolicy)
  const { Accounts } = await member.send(new ListAccountsCommand({}))
  expect(Accounts).toHaveLength(2)
  expect(await refusalOf(member.send(new ListRootsCommand({})))).toMatch(
    /^403 AccessDeniedException: User: .* because no resource-based policy allows/,
  )
  await client.send(new DeleteResourcePolicyCommand({}))
  expect(await refusalOf(member.send(new ListAccountsCommand({})))).toMatch(
    /^400 AccessDeniedException/,
  )
  expect(await refusalOf(client.send(new DescribeResourcePolicyCommand({})))).toMatch(
    /^400 ResourcePolicyNotFoundException/,
  )
})

test("a resource policy is a policy, and names what can be delegated", async () => {
  const { client } = await openOrganization()
  const put = async (Content: string) =>
    client.send(new PutResourcePolicyCommand({ Content })).catch((error: Error) => error)
  expect(await put("{")).toMatchObject({ Reason: "INVALID_RESOURCE_POLICY_JSON" })
  expect(await put(opening("organizations:CloseAccount"))).toMatchObject({
    Reason: "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY",
  })
})

test("roots, accounts and the resource policy have tags", async () => {
  const { client } = await openOrganization()
  const Content = opening("organizations:ListRoots")
  const put = await client.send(new PutResourcePolicyCommand({ Content }))
  const { Roots } = await client.send(new ListRootsCommand({}))
  const ids = [MANAGEMENT, Roots?.[0]?.Id, put.ResourcePolicy?.ResourcePolicySummary?.Id]
  for (const ResourceId of ids) {
    const tags = async () =>
      (await client.send(new ListTagsForResourceCommand({ ResourceId }))).Tags
    const Tags = [
      { Key: "a", Value: "1" },
      { Key: "b", Value: "2" },
    ]
    await client.send(new TagResourceCommand({ ResourceId, Tags }))
    expect(await tags()).toEqual(Tags)
    await client.send(new UntagResourceCommand({ ResourceId, TagKeys: ["a", "z"] }))
    expect(await tags()).toEqual([{ Key: "b", Value: "2" }])
  }
  const missing = { ResourceId: "999999999999", Tags: [{ Key: "a", Value: "1" }] }
  expect(await refusalOf(client.send(new TagResourceCommand(missing)))).toBe(
    "400 TargetNotFoundException: You specified a target that doesn't exist.",
  )
})
