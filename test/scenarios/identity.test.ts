import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetGroupCommand,
  GetUserCommand,
  IAMClient,
  ListUsersCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam"
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import {
  answerOf,
  formRequest,
  openCloud,
  signed,
  type Answer,
} from "../../src/gateway/testing/open-cloud.ts"
import type { Cloud } from "../../src/gateway/cloud.ts"
import { usageOf } from "../../src/kernel/meter.ts"
import { memberships } from "../../src/services/iam/group/membership.ts"
import { ALLOW_ALL, statement, TRUST_EC2 } from "../../src/services/iam/testing/documents.ts"
import { ACCOUNT, openIam, refusalOf } from "../../src/services/iam/testing/open-iam.ts"
import { users } from "../../src/services/iam/user/user.ts"
import { newKeys, openUser, reasonOf } from "../../src/services/iam/testing/open-user.ts"

/** A call of IAM without the SDK, whose clients cost more than the calls. */
const iamCall = (cloud: Cloud, Action: string, input: Record<string, string>): Promise<Answer> => {
  const form = formRequest({ Action, Version: "2010-05-08", ...input })
  return answerOf(cloud.handle(signed(form, { service: "iam" })))
}

const OTHER = "222222222222"
const REGIONS = ["us-east-1", "eu-west-1", "ap-southeast-2"]

test("ACCT-3 IAM-1 what one Region's client makes acts in every Region at once", async () => {
  const { cloud } = await openIam()
  const maker = cloud.client(IAMClient, { region: "ap-southeast-2" })
  await maker.send(new CreateUserCommand({ UserName: "ann" }))
  await maker.send(new CreateGroupCommand({ GroupName: "devs" }))
  await maker.send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: TRUST_EC2 }))
  const PolicyDocument = statement("Allow", "sqs:*")
  await maker.send(new PutUserPolicyCommand({ UserName: "ann", PolicyName: "p", PolicyDocument }))
  const credentials = await newKeys(maker, "ann")
  for (const region of REGIONS) {
    const seen = await cloud.client(IAMClient, { region }).send(new ListUsersCommand({}))
    expect(seen.Users?.map(({ Arn }) => Arn)).toEqual([`arn:aws:iam::${ACCOUNT}:user/ann`])
    const sqs = cloud.client(SQSClient, { region, credentials })
    expect(await reasonOf(sqs.send(new CreateQueueCommand({ QueueName: "q" })))).toBe("yes")
  }
})

test("IAM-2 with any one Region failed, identities are known and authorised in the others", async () => {
  const { cloud, client, may, userName: UserName, listsQueues } = await openUser()
  await may(statement("Allow", "sqs:ListQueues"))
  for (const failed of REGIONS) {
    await cloud.fail({ region: failed })
    for (const region of REGIONS.filter((one) => one !== failed)) {
      expect(await listsQueues(undefined, region)).toBe("yes")
      const own = cloud.client(IAMClient, { region })
      expect((await own.send(new GetUserCommand({ UserName }))).User?.UserName).toBe(UserName)
    }
    await cloud.heal({ region: failed })
  }
  const PolicyDocument = statement("Deny", "*")
  await client.send(new PutUserPolicyCommand({ UserName, PolicyName: "no", PolicyDocument }))
  await cloud.fail({ region: "us-east-1" })
  expect(await listsQueues(undefined, "eu-west-1")).toMatch(/^an explicit deny /)
})

test("IAM-3 who one is and what one may are asked apart", async () => {
  const { cloud, keys, may } = await openUser()
  const as = (credentials: object): Promise<string> =>
    refusalOf(cloud.client(IAMClient, { credentials }).send(new ListUsersCommand({})))
  expect(await as({ ...keys, secretAccessKey: "wrong" })).toMatch(/^403 SignatureDoesNotMatch: /)
  expect(await as({ ...keys, accessKeyId: keys.accessKeyId.replace(/.$/, "A") })).toMatch(
    /^403 InvalidClientTokenId: /,
  )
  expect(await as(keys)).toMatch(/^403 AccessDenied: /)
  await may(statement("Allow", "iam:ListUsers"))
  expect(await as(keys)).toBe("no refusal")
})

test("ACCT-4 IAM-4 nobody but the account gives its identities policies; a queue's policy names any account's", async () => {
  const { cloud, client, of, userName: UserName, keys } = await openUser()
  const other = of(OTHER)
  const policy = { UserName, PolicyName: "p", PolicyDocument: ALLOW_ALL }
  expect(await refusalOf(other.send(new PutUserPolicyCommand(policy)))).toBe(
    `404 NoSuchEntity: The user with name ${UserName} cannot be found.`,
  )
  const sqs = cloud.client(SQSClient, {
    credentials: { accessKeyId: OTHER, secretAccessKey: "test" },
  })
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "shared" }))
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      ...{ Effect: "Allow", Action: "sqs:GetQueueUrl" },
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/${UserName}` },
      Resource: `arn:aws:sqs:us-east-1:${OTHER}:shared`,
    },
  })
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }))
  const find = (): Promise<string> => {
    const input = { QueueName: "shared", QueueOwnerAWSAccountId: OTHER }
    const own = cloud.client(SQSClient, { credentials: keys })
    return reasonOf(own.send(new GetQueueUrlCommand(input)))
  }
  expect(await find()).toBe("no identity-based policy allows the sqs:getqueueurl action")
  await client.send(new PutUserPolicyCommand(policy))
  expect(await find()).toBe("yes")
})

test("IAM-5 users, groups, roles, keys and their policies write no usage", async () => {
  const cloud = await openCloud()
  const call = async (Action: string, input: Record<string, string>): Promise<void> => {
    expect((await iamCall(cloud, Action, input)).status, Action).toBe(200)
  }
  const PolicyDocument = ALLOW_ALL
  await call("CreateUser", { UserName: "ann" })
  await call("CreateAccessKey", { UserName: "ann" })
  await call("CreateGroup", { GroupName: "devs" })
  await call("AddUserToGroup", { GroupName: "devs", UserName: "ann" })
  await call("CreateRole", { RoleName: "worker", AssumeRolePolicyDocument: TRUST_EC2 })
  await call("PutUserPolicy", { UserName: "ann", PolicyName: "p", PolicyDocument })
  await call("CreatePolicy", { PolicyName: "p", PolicyDocument })
  await call("ListUsers", {})
  await cloud.advance(40 * 86_400_000)
  const rows = await cloud.world.read((tx) =>
    usageOf(tx, "000000000000", { from: 0, to: tx.now + 1, limit: 10 }),
  )
  expect(rows).toEqual([])
})

test("IAM-16 IAM-21 an account has 5,000 users, and one group holds them all", async () => {
  const cloud = await openCloud()
  const call = (action: string, input: Record<string, string>) => iamCall(cloud, action, input)
  await call("CreateGroup", { GroupName: "all" })
  await call("CreateUser", { UserName: "u0" })
  await call("AddUserToGroup", { UserName: "u0", GroupName: "all" })
  // All but the first and the last are copies: each creation counts those before it.
  await cloud.world.write((tx) => {
    const [user] = tx.scan(users, { prefix: [], limit: 1 }).rows
    const [membership] = tx.scan(memberships, { prefix: [], limit: 1 }).rows
    if (!user || !membership) throw new Error("the first user is not in the group")
    for (let at = 1; at < 4_999; at++) {
      const id = `${user.id.slice(0, -4)}${1_000 + at}`
      tx.insert(users, { ...user, name: `u${at}`, id })
      tx.insert(memberships, { ...membership, userId: id })
    }
  })
  expect((await call("CreateUser", { UserName: "last" })).status).toBe(200)
  const last = { UserName: "last", GroupName: "all" }
  expect((await call("AddUserToGroup", last)).status).toBe(200)
  const { status, text } = await call("CreateUser", { UserName: "one-more" })
  expect([status, text]).toEqual([409, expect.stringContaining("<Code>LimitExceeded</Code>")])
  let members = 0
  for (let Marker: string | undefined = ""; Marker !== undefined;) {
    const page = await call("GetGroup", {
      ...{ GroupName: "all", MaxItems: "1000" },
      ...(Marker && { Marker }),
    })
    members += page.text.match(/<UserName>/g)?.length ?? 0
    Marker = /<Marker>(.*)<\/Marker>/.exec(page.text)?.[1]
  }
  expect(members).toBe(5_000)
})

test("IAM-15 IAM-19 passwords and keys are apart, and groups have neither", async () => {
  const { client, as } = await openIam()
  await client.send(new CreateUserCommand({ UserName: "ann" }))
  await client.send(new CreateGroupCommand({ GroupName: "devs" }))
  const login = { UserName: "ann", Password: "Correct-Horse-7" }
  await client.send(new CreateLoginProfileCommand(login))
  const { accessKeyId: AccessKeyId } = await newKeys(client, "ann")
  const key = { UserName: "ann", AccessKeyId, Status: "Active" } as const
  const signer = as({ ...key, SecretAccessKey: login.Password })
  expect(await refusalOf(signer.send(new GetUserCommand({})))).toMatch(/^403 SignatureDoesNotMatch/)
  const missing = /^404 NoSuchEntity: The user with name devs cannot be found\.$/
  const ofGroup = new CreateLoginProfileCommand({ ...login, UserName: "devs" })
  expect(await refusalOf(client.send(ofGroup))).toMatch(missing)
  const keyOfGroup = new CreateAccessKeyCommand({ UserName: "devs" })
  expect(await refusalOf(client.send(keyOfGroup))).toMatch(missing)
  await client.send(new AddUserToGroupCommand({ GroupName: "devs", UserName: "ann" }))
  const { Group } = await client.send(new GetGroupCommand({ GroupName: "devs" }))
  expect(Object.keys(Group ?? {}).sort()).toEqual([
    ...["Arn", "CreateDate", "GroupId", "GroupName", "Path"],
  ])
})
