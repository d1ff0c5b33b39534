import {
  CreateGroupCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetGroupPolicyCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  ListUserPoliciesCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { ALLOW_ALL, statement, TRUST_EC2 } from "../testing/documents.ts"
import { openIam, refusalOf } from "../testing/open-iam.ts"

/** A policy of that many characters. */
const ofLength = (length: number): string =>
  statement("Allow", `sqs:${"x".repeat(length - statement("Allow", "sqs:").length)}`)

async function openIdentities() {
  const opened = await openIam()
  const { client } = opened
  await client.send(new CreateUserCommand({ UserName: "bob" }))
  await client.send(new CreateGroupCommand({ GroupName: "devs" }))
  const role = { RoleName: "app", AssumeRolePolicyDocument: TRUST_EC2 }
  await client.send(new CreateRoleCommand(role))
  return opened
}

test("IAM-46 an inline policy belongs to its user and goes with it", async () => {
  const { client } = await openIdentities()
  const at = { UserName: "bob", PolicyName: "p" }
  // Recorded: what is encoded in a document is encoded once more.
  const PolicyDocument = statement("Allow", "sqs:*").replace(
    '"*"}',
    '"arn:aws:sqs:us-east-1:123456789012:%3A(x)"}',
  )
  await client.send(new PutUserPolicyCommand({ ...at, PolicyDocument }))
  const got = await client.send(new GetUserPolicyCommand(at))
  expect(got).toMatchObject(at)
  expect(got.PolicyDocument).toContain("%253A%28x%29")
  expect(decodeURIComponent(got.PolicyDocument ?? "")).toBe(PolicyDocument)
  const list = new ListUserPoliciesCommand({ UserName: "bob" })
  expect((await client.send(list)).PolicyNames).toEqual(["p"])
  expect(await refusalOf(client.send(new DeleteUserCommand({ UserName: "bob" })))).toBe(
    "409 DeleteConflict: Cannot delete entity, must delete policies first.",
  )
  await client.send(new DeleteUserPolicyCommand(at))
  expect(await refusalOf(client.send(new GetUserPolicyCommand(at)))).toBe(
    "404 NoSuchEntity: The user policy with name p cannot be found.",
  )
  // A user of the same name has none of it.
  await client.send(new PutUserPolicyCommand({ ...at, PolicyDocument: ALLOW_ALL }))
  await client.send(new DeleteUserPolicyCommand(at))
  await client.send(new DeleteUserCommand({ UserName: "bob" }))
  await client.send(new CreateUserCommand({ UserName: "bob" }))
  expect((await client.send(list)).PolicyNames).toEqual([])
})

test("IAM-58 inline policies of one identity have a limit together", async () => {
  const { client } = await openIdentities()
  const put = (PolicyName: string, length: number) =>
    refusalOf(
      client.send(
        new PutUserPolicyCommand({
          UserName: "bob",
          PolicyName,
          PolicyDocument: ofLength(length),
        }),
      ),
    )
  expect(await put("a", 2_048)).toBe("no refusal")
  expect(await put("b", 100)).toBe(
    "409 LimitExceeded: Maximum policy size of 2048 bytes exceeded for user bob",
  )
  // The one that is replaced does not count.
  expect(await put("a", 1_948)).toBe("no refusal")
  expect(await put("b", 100)).toBe("no refusal")
})

test("IAM-58 groups and roles have limits of their own", async () => {
  const { client } = await openIdentities()
  const group = (length: number) =>
    new PutGroupPolicyCommand({
      GroupName: "devs",
      PolicyName: "p",
      PolicyDocument: ofLength(length),
    })
  expect(await refusalOf(client.send(group(5_121)))).toMatch(
    /^409 .* 5120 bytes exceeded for group/,
  )
  expect(await refusalOf(client.send(group(5_120)))).toBe("no refusal")
  const role = (length: number) =>
    new PutRolePolicyCommand({
      RoleName: "app",
      PolicyName: "p",
      PolicyDocument: ofLength(length),
    })
  expect(await refusalOf(client.send(role(10_241)))).toBe(
    "409 LimitExceeded: Maximum policy size of 10240 bytes exceeded for role app",
  )
  expect(await refusalOf(client.send(role(10_240)))).toBe("no refusal")
  const got = new GetRolePolicyCommand({ RoleName: "app", PolicyName: "p" })
  expect((await client.send(got)).RoleName).toBe("app")
  const missing = new GetGroupPolicyCommand({ GroupName: "devs", PolicyName: "q" })
  expect(await refusalOf(client.send(missing))).toBe(
    "404 NoSuchEntity: The group policy with name q cannot be found.",
  )
})

test("IAM-41 an inline policy is a policy without principals", async () => {
  const { client } = await openIdentities()
  const put = (PolicyDocument: string) =>
    refusalOf(
      client.send(new PutUserPolicyCommand({ UserName: "bob", PolicyName: "p", PolicyDocument })),
    )
  expect(await put("[]")).toBe("400 MalformedPolicyDocument: Syntax errors in policy.")
  expect(await put(TRUST_EC2)).toBe(
    "400 MalformedPolicyDocument: Policy document should not specify a principal.",
  )
})
