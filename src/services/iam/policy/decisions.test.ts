import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam"
import {
  AddPermissionCommand,
  CreateQueueCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs"
import { AssumeRoleCommand, STSClient, type Credentials } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { ALLOW_ALL, policy, statement, trust } from "../testing/documents.ts"
import { ACCOUNT, refusalOf } from "../testing/open-iam.ts"
import { openUser, reasonOf, type Keys, type TestUser } from "../testing/open-user.ts"

const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`
const OTHER = "210987654321"
const BOB = `arn:aws:iam::${ACCOUNT}:user/bob`

const keysOf = (given: Credentials | undefined): Keys => ({
  accessKeyId: given?.AccessKeyId ?? "",
  secretAccessKey: given?.SecretAccessKey ?? "",
  sessionToken: given?.SessionToken,
})

/** A role of the account that bob may assume, or that trusts whom `principal` says. */
async function openRole(
  { client, cloud, keys }: TestUser,
  principal: object | "*" = { AWS: ACCOUNT },
) {
  const { Role } = await client.send(
    new CreateRoleCommand({
      RoleName: "app",
      AssumeRolePolicyDocument: policy({
        ...{ Effect: "Allow", Action: "sts:AssumeRole", Principal: principal },
      }),
    }),
  )
  const assume = async (more: object = {}) => {
    const input = { RoleArn: Role?.Arn, RoleSessionName: "session", ...more }
    const sts = cloud.client(STSClient, { credentials: keys })
    return keysOf((await sts.send(new AssumeRoleCommand(input))).Credentials)
  }
  return { assume, arn: Role?.Arn ?? "" }
}

/** A queue of the account with a policy, and who may send to it. */
async function openQueue({ cloud, keys }: TestUser) {
  const root = cloud.client(SQSClient)
  const { QueueUrl } = await root.send(new CreateQueueCommand({ QueueName: "jobs" }))
  return {
    says: (document: string) =>
      root.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: document } })),
    sends: (credentials = keys) =>
      reasonOf(
        cloud
          .client(SQSClient, { credentials })
          .send(new SendMessageCommand({ QueueUrl, MessageBody: "x" })),
      ),
  }
}

const letsIn = (Principal: object, Effect = "Allow") =>
  policy({ Effect, Principal, Action: "sqs:SendMessage", Resource: QUEUE })

const SEND = policy({ Effect: "Allow", Action: "sqs:SendMessage", Resource: QUEUE })

test("IAM-43 an explicit Deny comes before an Allow, and without one there is an implicit Deny", async () => {
  const { may, listsQueues } = await openUser()
  expect(await listsQueues()).toContain("no identity-based policy allows")
  await may(ALLOW_ALL)
  expect(await listsQueues()).toBe("yes")
  await may(statement("Deny", "sqs:List*"), "denial")
  expect(await listsQueues()).toBe("an explicit deny in an identity-based policy")
})

test("IAM-50 NotAction allows, or denies, everything but what it lists", async () => {
  const { may, listsQueues, cloud, keys } = await openUser()
  const looksUp = () =>
    reasonOf(
      cloud
        .client(SQSClient, { credentials: keys })
        .send(new GetQueueUrlCommand({ QueueName: "none" })),
    )
  await may(policy({ Effect: "Allow", NotAction: "sqs:ListQueues", Resource: "*" }))
  expect(await listsQueues()).toContain("no identity-based policy")
  expect(await looksUp()).toContain("does not exist")
  await may(
    policy(
      { Effect: "Allow", Action: "*", Resource: "*" },
      { Effect: "Deny", NotAction: "sqs:ListQueues", Resource: "*" },
    ),
  )
  expect(await listsQueues()).toBe("yes")
})

test("IAM-52 in one account an Allow on either side is enough, unless something stands against it", async () => {
  const opened = await openUser()
  const { client, may } = opened
  const { says, sends } = await openQueue(opened)
  expect(await sends()).toContain("no identity-based policy")
  await may(SEND)
  expect(await sends()).toBe("yes")
  await may(statement("Allow", "s3:*"))
  await says(letsIn({ AWS: BOB }))
  expect(await sends()).toBe("yes")
  await says(letsIn({ AWS: BOB }, "Deny"))
  await may(SEND)
  expect(await sends()).toBe("an explicit deny in a resource-based policy")
  await says(letsIn({ AWS: OTHER }))
  const { Policy } = await client.send(
    new CreatePolicyCommand({ PolicyName: "b", PolicyDocument: statement("Allow", "s3:*") }),
  )
  await client.send(
    new PutUserPermissionsBoundaryCommand({ UserName: "bob", PermissionsBoundary: Policy?.Arn }),
  )
  expect(await sends()).toContain("no permissions boundary")
})

test("IAM-53 between accounts both sides must allow", async () => {
  const opened = await openUser()
  const { may, cloud, keys } = opened
  const foreign = cloud.client(SQSClient, {
    credentials: { accessKeyId: OTHER, secretAccessKey: "test" },
  })
  const { QueueUrl } = await foreign.send(new CreateQueueCommand({ QueueName: "jobs" }))
  const sends = () =>
    reasonOf(
      cloud
        .client(SQSClient, { credentials: keys })
        .send(new SendMessageCommand({ QueueUrl, MessageBody: "x" })),
    )
  await may(ALLOW_ALL)
  expect(await sends()).toContain("no resource-based policy allows")
  await foreign.send(
    new AddPermissionCommand({
      ...{ QueueUrl, Label: "in", AWSAccountIds: [ACCOUNT], Actions: ["SendMessage"] },
    }),
  )
  expect(await sends()).toBe("yes")
  await may(statement("Allow", "s3:*"))
  expect(await sends()).toContain("no identity-based policy")
})

test("IAM-25 a group is no principal: policies that name one are refused", async () => {
  const opened = await openUser()
  const { client } = opened
  const { arn } = await openRole(opened)
  const group = { AWS: `arn:aws:iam::${ACCOUNT}:group/staff` }
  expect(
    await refusalOf(
      client.send(
        new UpdateAssumeRolePolicyCommand({ RoleName: "app", PolicyDocument: trust(group) }),
      ),
    ),
  ).toBe(
    `400 MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::${ACCOUNT}:group/staff"`,
  )
  const { says } = await openQueue(opened)
  expect(await refusalOf(says(letsIn(group)))).toMatch(/^400 /)
  await says(letsIn({ AWS: arn }))
})

test("IAM-28 a role that trusts everybody still has to be asked with a signature", async () => {
  const opened = await openUser()
  const { cloud, may } = opened
  const { assume, arn } = await openRole(opened, "*")
  const nobody = cloud.client(STSClient, { signer: { sign: async (request: object) => request } })
  const input = { RoleArn: arn, RoleSessionName: "session" }
  expect(await refusalOf(nobody.send(new AssumeRoleCommand(input)))).toMatch(
    /^403 MissingAuthenticationToken/,
  )
  await may(statement("Allow", "sts:AssumeRole"))
  expect((await assume()).accessKeyId).toMatch(/^ASIA/)
})

test("IAM-29 a role's policies say what its sessions may do", async () => {
  const opened = await openUser()
  const { client, may, listsQueues } = opened
  const { assume } = await openRole(opened)
  await may(statement("Allow", "sts:AssumeRole"))
  const session = await assume()
  expect(await listsQueues(session)).toContain("no identity-based policy")
  await client.send(
    new PutRolePolicyCommand({
      ...{ RoleName: "app", PolicyName: "in", PolicyDocument: statement("Allow", "sqs:*") },
    }),
  )
  expect(await listsQueues(session)).toBe("yes")
  expect(await listsQueues()).toContain("no identity-based policy")
})

test("IAM-30 credentials of a role end, and are fetched again", async () => {
  const opened = await openUser()
  const { client, may, listsQueues, cloud } = opened
  const { assume } = await openRole(opened)
  await may(statement("Allow", "sts:AssumeRole"))
  await client.send(
    new PutRolePolicyCommand({ RoleName: "app", PolicyName: "in", PolicyDocument: ALLOW_ALL }),
  )
  const session = await assume({ DurationSeconds: 900 })
  await cloud.advance("14m")
  expect(await listsQueues(session)).toBe("yes")
  await cloud.advance("1m")
  expect(await listsQueues(session)).toContain("expired")
  expect(await listsQueues(await assume())).toBe("yes")
})

test("IAM-54 one name in two accounts is two ARNs, and a policy that names one does not mean the other", async () => {
  const opened = await openUser()
  const { client, of, cloud } = opened
  const { sends, says } = await openQueue(opened)
  const foreign = of(OTHER)
  const { Policy: own } = await client.send(
    new CreatePolicyCommand({ PolicyName: "send", PolicyDocument: SEND }),
  )
  const { Policy: theirs } = await foreign.send(
    new CreatePolicyCommand({ PolicyName: "send", PolicyDocument: SEND }),
  )
  expect(theirs?.Arn).toBe(own?.Arn?.replace(ACCOUNT, OTHER))
  await says(letsIn({ AWS: ACCOUNT }))
  await client.send(new AttachUserPolicyCommand({ UserName: "bob", PolicyArn: own?.Arn }))
  expect(await sends()).toBe("yes")
  const attach = new AttachUserPolicyCommand({ UserName: "bob", PolicyArn: theirs?.Arn })
  expect(await refusalOf(client.send(attach))).toMatch(/^404 NoSuchEntity/)
  const outside = cloud.client(SQSClient, {
    credentials: { accessKeyId: OTHER, secretAccessKey: "test" },
  })
  expect((await outside.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([])
})
