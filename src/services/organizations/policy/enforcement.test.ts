import { IAMClient } from "@aws-sdk/client-iam"
import { MoveAccountCommand } from "@aws-sdk/client-organizations"
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs"
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { newUser, type Keys } from "../../../gateway/testing/identity.ts"
import { inviteAccount } from "../testing/accounts.ts"
import { MANAGEMENT, OTHER } from "../testing/open-organization.ts"
import { openPolicies, statement, type TestPolicies } from "../testing/open-policies.ts"

const OUTSIDER = "333333333333"
const ALLOW_ALL = { Effect: "Allow", Action: "*" }
const DENY_QUEUES = statement({ Effect: "Deny", Action: "sqs:*" })

const rootOf = (account: string): Keys => ({ accessKeyId: account, secretAccessKey: "test" })

/** An organization with one member and SCPs, and clients for whoever. */
async function openGuarded() {
  const policies = await openPolicies()
  await inviteAccount(policies, OTHER)
  await policies.enable("SERVICE_CONTROL_POLICY")
  return { ...policies, ...clientsOf(policies) }
}

function clientsOf({ cloud }: TestPolicies) {
  const sqs = (credentials: Keys, region = "us-east-1") =>
    cloud.client(SQSClient, { credentials, region })
  const make = async (keys: Keys, tags?: Record<string, string>, region?: string) => {
    const input = { QueueName: "jobs", tags }
    return (await sqs(keys, region).send(new CreateQueueCommand(input))).QueueUrl ?? ""
  }
  /** Keys of a new user who may do all that an identity policy can allow. */
  const administrator = async (account: string): Promise<Keys> => {
    const iam = cloud.client(IAMClient, { credentials: rootOf(account) })
    return (await newUser(iam, "admin", { ...ALLOW_ALL, Resource: "*" })).credentials
  }
  return { sqs, make, administrator }
}

/** SQS writes the names of actions in its own way. */
const deniedBy = (words: string) => ({
  name: "AccessDenied",
  message: expect.stringMatching(new RegExp(words, "i")) as string,
})

const BY_SCP = "with an explicit deny in a service control policy"
const NO_SCP = (action: string) => `because no service control policy allows the ${action} action`
const BY_RCP = "with an explicit deny in a resource control policy"

test("SCP-1 SCP-7 SCP-10 a Deny holds administrators of a member account, and what it does not name stays allowed", async () => {
  const { impose, make, administrator, cloud } = await openGuarded()
  const admin = await administrator(OTHER)
  const queue = await make(admin)
  expect(queue).toContain(OTHER)
  await impose(OTHER, DENY_QUEUES)
  await expect(make(admin)).rejects.toMatchObject(
    deniedBy(
      `User: arn:aws:iam::${OTHER}:user/admin is not authorized to perform: sqs:createqueue on resource: arn:aws:sqs:us-east-1:${OTHER}:jobs ${BY_SCP}`,
    ),
  )
  const sts = cloud.client(STSClient, { credentials: admin })
  expect(await sts.send(new GetCallerIdentityCommand())).toMatchObject({ Account: OTHER })
})

test("SCP-3 the root user of a member account is held too", async () => {
  const { impose, detach, make } = await openGuarded()
  const policy = await impose(OTHER, DENY_QUEUES)
  await expect(make(rootOf(OTHER))).rejects.toMatchObject(deniedBy(BY_SCP))
  await detach(policy, OTHER)
  expect(await make(rootOf(OTHER))).toContain(OTHER)
})

test("SCP-4 the management account is exempt, wherever the SCP hangs", async () => {
  const { impose, make, root, administrator } = await openGuarded()
  await impose(root, DENY_QUEUES)
  await impose(MANAGEMENT, DENY_QUEUES)
  expect(await make(rootOf(MANAGEMENT))).toContain(MANAGEMENT)
  expect(await make(await administrator(MANAGEMENT))).toContain(MANAGEMENT)
  await expect(make(rootOf(OTHER))).rejects.toMatchObject(deniedBy(BY_SCP))
})

test("SCP-2 SCP-8 SCP-9 with an allow list only what each level allows passes", async () => {
  const { impose, detach, attach, make, unit, client, cloud, root } = await openGuarded()
  const unitId = await unit("workloads")
  await client.send(
    new MoveAccountCommand({ AccountId: OTHER, SourceParentId: root, DestinationParentId: unitId }),
  )
  const list = await impose(unitId, statement({ Effect: "Allow", Action: "sqs:*" }))
  await detach("p-FullAWSAccess", unitId)
  expect(await make(rootOf(OTHER))).toContain(OTHER)
  const roles = cloud.client(STSClient, { credentials: rootOf(OTHER) })
  const asked = new AssumeRoleCommand({
    RoleArn: `arn:aws:iam::${OTHER}:role/worker`,
    RoleSessionName: "session",
  })
  await expect(roles.send(asked)).rejects.toMatchObject(deniedBy(NO_SCP("sts:AssumeRole")))
  // Allowed by the unit, and by its own account no longer.
  await impose(OTHER, statement({ Effect: "Allow", Action: "ec2:*" }))
  await detach("p-FullAWSAccess", OTHER)
  await expect(make(rootOf(OTHER))).rejects.toMatchObject(deniedBy(NO_SCP("sqs:CreateQueue")))
  await attach(list, OTHER)
  expect(await make(rootOf(OTHER))).toContain(OTHER)
})

test("SCP-14 moving an account to another unit changes its limits at once", async () => {
  const { impose, make, unit, client, root } = await openGuarded()
  const closed = await unit("closed")
  await impose(closed, DENY_QUEUES)
  const move = (SourceParentId: string, DestinationParentId: string) =>
    client.send(new MoveAccountCommand({ AccountId: OTHER, SourceParentId, DestinationParentId }))
  expect(await make(rootOf(OTHER))).toContain(OTHER)
  await move(root, closed)
  await expect(make(rootOf(OTHER))).rejects.toMatchObject(deniedBy(BY_SCP))
  await move(closed, root)
  expect(await make(rootOf(OTHER))).toContain(OTHER)
})

test("SCP-11 an SCP keeps an account in its Regions", async () => {
  const { impose, make } = await openGuarded()
  const elsewhere = { StringNotEquals: { "aws:RequestedRegion": ["eu-west-1"] } }
  await impose(OTHER, statement({ Effect: "Deny", NotAction: "iam:*", Condition: elsewhere }))
  expect(await make(rootOf(OTHER), undefined, "eu-west-1")).toContain(OTHER)
  await expect(make(rootOf(OTHER))).rejects.toMatchObject(deniedBy(BY_SCP))
})

test("SCP-12 SCP-13 an SCP asks for tags, and lets no others in", async () => {
  const { impose, make } = await openGuarded()
  const Action = "sqs:CreateQueue"
  const untagged = { Null: { "aws:RequestTag/team": "true" } }
  await impose(OTHER, statement({ Effect: "Deny", Action, Condition: untagged }))
  const others = { "ForAnyValue:StringNotEquals": { "aws:TagKeys": ["team", "stage"] } }
  await impose(OTHER, statement({ Effect: "Deny", Action, Condition: others }))
  await expect(make(rootOf(OTHER))).rejects.toMatchObject(deniedBy(BY_SCP))
  await expect(make(rootOf(OTHER), { team: "blue", x: "y" })).rejects.toMatchObject(
    deniedBy(BY_SCP),
  )
  expect(await make(rootOf(OTHER), { team: "blue" })).toContain(OTHER)
})

test("an SCP of the caller's account holds also for what other accounts own", async () => {
  const { impose, sqs, root, cloud } = await openGuarded()
  const Policy = JSON.stringify(statement({ ...ALLOW_ALL, Action: "sqs:*", Principal: "*" }))
  const created = await sqs(rootOf(OUTSIDER)).send(
    new CreateQueueCommand({ QueueName: "open", Attributes: { Policy } }),
  )
  const send = new SendMessageCommand({ QueueUrl: created.QueueUrl, MessageBody: "m" })
  await sqs(rootOf(OTHER)).send(send)
  await impose(root, DENY_QUEUES)
  await expect(sqs(rootOf(OTHER)).send(send)).rejects.toMatchObject(deniedBy(BY_SCP))
  await sqs(rootOf(OUTSIDER)).send(send)
  expect(cloud.reports).toEqual([])
})

/** Keeps everybody out who is not of the organization. */
const perimeter = (organization: string) =>
  statement({
    Effect: "Deny",
    Principal: "*",
    Action: "sqs:*",
    Condition: { StringNotEqualsIfExists: { "aws:PrincipalOrgID": organization } },
  })

test("an RCP keeps outsiders from a queue though the queue's policy lets them in", async () => {
  const { impose, enable, sqs, root, organization, attached } = await openGuarded()
  const Policy = JSON.stringify(statement({ ...ALLOW_ALL, Action: "sqs:*", Principal: "*" }))
  const make = async (account: string) => {
    const input = { QueueName: "open", Attributes: { Policy } }
    return (await sqs(rootOf(account)).send(new CreateQueueCommand(input))).QueueUrl
  }
  const [own, management] = [await make(OTHER), await make(MANAGEMENT)]
  const send = (account: string, QueueUrl: string | undefined) =>
    sqs(rootOf(account)).send(new SendMessageCommand({ QueueUrl, MessageBody: "m" }))
  await send(OUTSIDER, own)
  await enable("RESOURCE_CONTROL_POLICY")
  expect(await attached(OTHER, "RESOURCE_CONTROL_POLICY")).toEqual(["RCPFullAWSAccess"])
  await send(OUTSIDER, own)
  await impose(root, perimeter(organization.Id ?? ""), "RESOURCE_CONTROL_POLICY")
  await expect(send(OUTSIDER, own)).rejects.toMatchObject(deniedBy(BY_RCP))
  await send(OTHER, own)
  await send(MANAGEMENT, own)
  // "RCPs don't affect resources in the management account."
  await send(OUTSIDER, management)
})

test("an RCP holds the owner's root, and does not speak of actions without resource", async () => {
  const { impose, enable, make, sqs } = await openGuarded()
  await enable("RESOURCE_CONTROL_POLICY")
  const queue = await make(rootOf(OTHER))
  const all = statement({ Effect: "Deny", Principal: "*", Action: "sqs:*" })
  await impose(OTHER, all, "RESOURCE_CONTROL_POLICY")
  const asked = new GetQueueAttributesCommand({ QueueUrl: queue })
  await expect(sqs(rootOf(OTHER)).send(asked)).rejects.toMatchObject(deniedBy(BY_RCP))
  await sqs(rootOf(OTHER)).send(new ListQueuesCommand())
})

test("an explicit deny wins over all that allows", async () => {
  const { impose, enable, attach, make, administrator } = await openGuarded()
  await enable("RESOURCE_CONTROL_POLICY")
  const admin = await administrator(OTHER)
  await impose(OTHER, statement({ ...ALLOW_ALL }))
  await impose(OTHER, statement({ Effect: "Deny", Action: "sqs:CreateQueue" }))
  await expect(make(admin)).rejects.toMatchObject(deniedBy(BY_SCP))
  await expect(attach("p-RCPFullAWSAccess", OTHER)).rejects.toMatchObject({
    name: "DuplicatePolicyAttachmentException",
  })
})
