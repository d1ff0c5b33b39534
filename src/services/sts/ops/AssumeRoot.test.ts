import { IAMClient } from "@aws-sdk/client-iam"
import {
  DisableOrganizationsRootSessionsCommand,
  EnableOrganizationsRootCredentialsManagementCommand,
  EnableOrganizationsRootSessionsCommand,
  ListOrganizationsFeaturesCommand,
  ListUsersCommand,
  ListAccessKeysCommand,
} from "@aws-sdk/client-iam"
import {
  CreateAccountCommand,
  DescribeCreateAccountStatusCommand,
  EnableAWSServiceAccessCommand,
} from "@aws-sdk/client-organizations"
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs"
import { AssumeRootCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { keysOf, newUser, policyOf } from "../../../gateway/testing/identity.ts"
import { openOrganization } from "../../organizations/testing/open-organization.ts"

const task = (name: string) => ({ arn: `arn:aws:iam::aws:policy/root-task/${name}` })

/** An organization with a member account, and a user of its management who may assume root. */
async function openMember() {
  const { cloud, client: organizations } = await openOrganization()
  const { CreateAccountStatus } = await organizations.send(
    new CreateAccountCommand({ AccountName: "member", Email: "member@example.com" }),
  )
  await cloud.advance("1m")
  const { CreateAccountStatus: status } = await organizations.send(
    new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: CreateAccountStatus?.Id }),
  )
  const member = status?.AccountId ?? ""
  const iam = cloud.client(IAMClient)
  const may = { Action: "sts:AssumeRoot", Resource: "*" }
  const { credentials } = await newUser(iam, "admin", may)
  const sts = cloud.client(STSClient, { credentials })
  const trust = new EnableAWSServiceAccessCommand({ ServicePrincipal: "iam.amazonaws.com" })
  /** The credentials of a session that does one task as the member's root. */
  const assume = async (policy: string, TargetPrincipal = member) => {
    const command = new AssumeRootCommand({ TargetPrincipal, TaskPolicyArn: task(policy) })
    return keysOf((await sts.send(command)).Credentials)
  }
  return { cloud, iam, member, assume, trust: () => organizations.send(trust) }
}

test("features of centralized root access need an organization that trusts IAM", async () => {
  const { iam, trust } = await openMember()
  const sessions = new EnableOrganizationsRootSessionsCommand({})
  await expect(iam.send(sessions)).rejects.toThrow(/trusted access is not enabled/)
  await trust()
  expect((await iam.send(sessions)).EnabledFeatures).toEqual(["RootSessions"])
  const more = await iam.send(new EnableOrganizationsRootCredentialsManagementCommand({}))
  expect(more.EnabledFeatures).toEqual(["RootCredentialsManagement", "RootSessions"])
  await iam.send(new DisableOrganizationsRootSessionsCommand({}))
  expect(await iam.send(new ListOrganizationsFeaturesCommand({}))).toMatchObject({
    OrganizationId: more.OrganizationId,
    EnabledFeatures: ["RootCredentialsManagement"],
  })
})

test("a session as a member's root opens a queue that its policy has locked, and nothing else", async () => {
  const { cloud, iam, member, assume, trust } = await openMember()
  const owner = cloud.client(SQSClient, {
    credentials: { accessKeyId: member, secretAccessKey: "test" },
  })
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: "*" }],
  })
  const { QueueUrl } = await owner.send(
    new CreateQueueCommand({ QueueName: "locked", Attributes: { Policy } }),
  )
  await expect(assume("SQSUnlockQueuePolicy")).rejects.toThrow("privileged tasks")
  await trust()
  await iam.send(new EnableOrganizationsRootSessionsCommand({}))
  const credentials = await assume("SQSUnlockQueuePolicy")
  const identity = await cloud
    .client(STSClient, { credentials })
    .send(new GetCallerIdentityCommand({}))
  expect(identity.Arn).toBe(`arn:aws:iam::${member}:root`)
  const root = cloud.client(SQSClient, { credentials })
  const send = new SendMessageCommand({ QueueUrl, MessageBody: "x" })
  await root.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: "" } }))
  const all = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] })
  expect((await root.send(all)).Attributes).not.toHaveProperty("Policy")
  await expect(root.send(send)).rejects.toThrow("with an explicit deny")
  await expect(
    cloud.client(IAMClient, { credentials }).send(new ListUsersCommand({})),
  ).rejects.toThrow("with an explicit deny")
  await cloud.advance("16m")
  await expect(root.send(all)).rejects.toThrow(/expired/)
})

test("tasks with credentials of root need their own feature; strangers and roots stay out", async () => {
  const { cloud, iam, member, assume, trust } = await openMember()
  await trust()
  await iam.send(new EnableOrganizationsRootSessionsCommand({}))
  await expect(assume("IAMAuditRootUserCredentials")).rejects.toThrow("privileged tasks")
  await iam.send(new EnableOrganizationsRootCredentialsManagementCommand({}))
  const credentials = await assume("IAMAuditRootUserCredentials", `arn:aws:iam::${member}:root`)
  const audit = cloud.client(IAMClient, { credentials })
  expect((await audit.send(new ListAccessKeysCommand({}))).AccessKeyMetadata).toEqual([])
  for (const stranger of ["111111111111", "333333333333"])
    await expect(assume("S3UnlockBucketPolicy", stranger)).rejects.toThrow("privileged tasks")
  await expect(assume("AdministratorAccess")).rejects.toThrow("not a policy of a root task")
  await expect(assume("S3UnlockBucketPolicy", "nobody-at-all")).rejects.toThrow("not the root of")
  const byRoot = new AssumeRootCommand({
    TargetPrincipal: member,
    TaskPolicyArn: task("S3UnlockBucketPolicy"),
  })
  await expect(cloud.client(STSClient).send(byRoot)).rejects.toThrow("root accounts")
})

test("a policy can tell a session of AssumeRoot, which is the root's, from the root itself", async () => {
  const { cloud, iam, member, assume, trust } = await openMember()
  const owner = cloud.client(SQSClient, {
    credentials: { accessKeyId: member, secretAccessKey: "test" },
  })
  const Policy = policyOf({
    ...{ Effect: "Deny", Principal: "*", Action: "sqs:GetQueueAttributes", Resource: "*" },
    Condition: { Bool: { "aws:AssumedRoot": "true" } },
  })
  const { QueueUrl } = await owner.send(
    new CreateQueueCommand({ QueueName: "jobs", Attributes: { Policy } }),
  )
  await trust()
  await iam.send(new EnableOrganizationsRootSessionsCommand({}))
  const credentials = await assume("SQSUnlockQueuePolicy")
  const all = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] })
  expect((await owner.send(all)).Attributes).toHaveProperty("Policy", Policy)
  await expect(cloud.client(SQSClient, { credentials }).send(all)).rejects.toThrow("explicit deny")
})
