import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
} from "@aws-sdk/client-iam"
import { GetFederationTokenCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { ALLOW_ALL, statement } from "../testing/documents.ts"
import { ACCOUNT, refusalOf } from "../testing/open-iam.ts"
import { openUser, reasonOf, type TestUser } from "../testing/open-user.ts"

const ALLOW = statement("Allow", "sqs:*")
const DENY = statement("Deny", "sqs:ListQueues")
const NOBODY_ALLOWS = "no identity-based policy allows the sqs:listqueues action"

async function newPolicy(
  { client }: TestUser,
  PolicyDocument = ALLOW,
  PolicyName = "some",
): Promise<string> {
  const input = { PolicyName, PolicyDocument }
  return (await client.send(new CreatePolicyCommand(input))).Policy?.Arn ?? ""
}

test("IAM-45 a user without policies may do nothing", async () => {
  const { cloud, keys, listsQueues } = await openUser()
  expect(await listsQueues()).toBe(NOBODY_ALLOWS)
  const own = cloud.client(IAMClient, { credentials: keys })
  expect(await refusalOf(own.send(new ListUsersCommand({})))).toBe(
    `403 AccessDenied: User: arn:aws:iam::${ACCOUNT}:user/bob is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::${ACCOUNT}:user/ because no identity-based policy allows the iam:ListUsers action`,
  )
  expect(await refusalOf(own.send(new GetUserCommand({})))).toBe(
    `403 AccessDenied: User: arn:aws:iam::${ACCOUNT}:user/bob is not authorized to perform: iam:GetUser on resource: user bob because no identity-based policy allows the iam:GetUser action`,
  )
})

test("IAM-42 a managed policy acts while it is attached", async () => {
  const user = await openUser()
  const { client, listsQueues, userName: UserName } = user
  const PolicyArn = await newPolicy(user)
  expect(await listsQueues()).toBe(NOBODY_ALLOWS)
  await client.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
  expect(await listsQueues()).toBe("yes")
  await client.send(new DetachUserPolicyCommand({ UserName, PolicyArn }))
  expect(await listsQueues()).toBe(NOBODY_ALLOWS)
})

test("IAM-44 an explicit deny wins over every allow", async () => {
  const { may, client, userName: UserName, listsQueues } = await openUser()
  await may(ALLOW_ALL)
  expect(await listsQueues()).toBe("yes")
  await may(DENY, "not")
  expect(await listsQueues()).toBe("an explicit deny in an identity-based policy")
  await client.send(new DeleteUserPolicyCommand({ UserName, PolicyName: "not" }))
  expect(await listsQueues()).toBe("yes")
})

test("IAM-24 users inherit the policies of their groups", async () => {
  const user = await openUser()
  const { client, userName: UserName, listsQueues } = user
  const GroupName = "devs"
  await client.send(new CreateGroupCommand({ GroupName }))
  await client.send(new AddUserToGroupCommand({ GroupName, UserName }))
  await client.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: await newPolicy(user) }))
  expect(await listsQueues()).toBe("yes")
  const deny = { GroupName, PolicyName: "not", PolicyDocument: DENY }
  await client.send(new PutGroupPolicyCommand(deny))
  expect(await listsQueues()).toBe("an explicit deny in an identity-based policy")
  await client.send(new RemoveUserFromGroupCommand({ GroupName, UserName }))
  expect(await listsQueues()).toBe(NOBODY_ALLOWS)
})

test("IAM-49 inline, attached and group policies are evaluated together", async () => {
  const user = await openUser()
  const { client, userName: UserName, may, keys, cloud, listsQueues } = user
  await may(statement("Allow", "iam:ListUsers"))
  await client.send(new AttachUserPolicyCommand({ UserName, PolicyArn: await newPolicy(user) }))
  const GroupName = "devs"
  await client.send(new CreateGroupCommand({ GroupName }))
  await client.send(new AddUserToGroupCommand({ GroupName, UserName }))
  const PolicyDocument = statement("Allow", "iam:GetUser")
  await client.send(new PutGroupPolicyCommand({ GroupName, PolicyName: "g", PolicyDocument }))
  const own = cloud.client(IAMClient, { credentials: keys })
  expect(await listsQueues()).toBe("yes")
  expect(await reasonOf(own.send(new ListUsersCommand({})))).toBe("yes")
  expect((await own.send(new GetUserCommand({}))).User?.UserName).toBe("bob")
})

test("IAM-47 a change of a managed policy works at once on all who have it", async () => {
  const user = await openUser()
  const { client, userName: UserName, listsQueues } = user
  const PolicyArn = await newPolicy(user)
  await client.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
  expect(await listsQueues()).toBe("yes")
  const version = { PolicyArn, PolicyDocument: DENY, SetAsDefault: true }
  await client.send(new CreatePolicyVersionCommand(version))
  expect(await listsQueues()).toBe(`an explicit deny in an identity-based policy: ${PolicyArn}`)
})

test("IAM-48 AWS's policies can be attached", async () => {
  const { client, userName: UserName, listsQueues } = await openUser()
  const PolicyArn = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"
  await client.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
  expect(await listsQueues()).toBe("yes")
})

test("IAM-57 a permissions boundary limits and grants nothing", async () => {
  const user = await openUser()
  const { client, userName: UserName, may, listsQueues } = user
  const bound = (PermissionsBoundary: string) =>
    client.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }))
  await bound(await newPolicy(user))
  expect(await listsQueues()).toBe(NOBODY_ALLOWS)
  await may(ALLOW_ALL)
  expect(await listsQueues()).toBe("yes")
  await bound(await newPolicy(user, statement("Allow", "iam:*"), "other"))
  expect(await listsQueues()).toBe("no permissions boundary allows the sqs:listqueues action")
})

test("IAM-51 conditions know the Region, the user's name and its tags", async () => {
  const { client, may, userName: UserName, listsQueues } = await openUser()
  const when = (Condition: object) =>
    may(
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: "*", Condition }],
      }),
    )
  await when({ StringEquals: { "aws:RequestedRegion": "eu-west-1" } })
  expect(await listsQueues()).toBe(NOBODY_ALLOWS)
  expect(await listsQueues(undefined, "eu-west-1")).toBe("yes")
  await when({ StringEquals: { "aws:username": "bob", "aws:PrincipalTag/team": "blue" } })
  expect(await listsQueues()).toBe(NOBODY_ALLOWS)
  await client.send(new TagUserCommand({ UserName, Tags: [{ Key: "team", Value: "blue" }] }))
  expect(await listsQueues()).toBe("yes")
})

test("a user's sessions may do what the user may", async () => {
  const { cloud, keys, may, listsQueues } = await openUser()
  const sts = cloud.client(STSClient, { credentials: keys })
  const { Credentials } = await sts.send(new GetSessionTokenCommand({}))
  const session = {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken,
  }
  expect(await listsQueues(session)).toBe(NOBODY_ALLOWS)
  await may(ALLOW)
  expect(await listsQueues(session)).toBe("yes")
})

test("IAM-57 a federated session has what the user and the session policy both allow", async () => {
  const { cloud, keys, may, listsQueues } = await openUser()
  await may(statement("Allow", "sqs:*", "sts:GetFederationToken"))
  const sts = cloud.client(STSClient, { credentials: keys })
  const federate = async (Policy?: string) => {
    const { Credentials } = await sts.send(new GetFederationTokenCommand({ Name: "fed", Policy }))
    return {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken,
    }
  }
  expect(await listsQueues(await federate())).toBe(
    "no session policy allows the sqs:listqueues action",
  )
  const session = await federate(ALLOW_ALL)
  expect(await listsQueues(session)).toBe("yes")
  await may(statement("Allow", "sts:GetFederationToken"))
  expect(await listsQueues(session)).toBe(NOBODY_ALLOWS)
})

test("IAM-2 with a Region down, users authenticate and are authorised in the others", async () => {
  const { cloud, may, listsQueues } = await openUser()
  await may(ALLOW)
  await cloud.fail({ region: "us-east-1" })
  expect(await listsQueues(undefined, "eu-west-1")).toBe("yes")
})
