import {
  AccessAnalyzerClient,
  ApplyArchiveRuleCommand,
  CreateAnalyzerCommand,
  CreateArchiveRuleCommand,
  GenerateFindingRecommendationCommand,
  GetAnalyzerCommand,
  GetFindingRecommendationCommand,
  GetFindingsStatisticsCommand,
  GetFindingV2Command,
  ListFindingsCommand,
  ListFindingsV2Command,
  UpdateAnalyzerCommand,
  UpdateFindingsCommand,
  type AnalysisRuleCriteria,
  type FindingSummaryV2,
} from "@aws-sdk/client-accessanalyzer"
import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam"
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { keysOf } from "../../../gateway/testing/identity.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"

const ACCOUNT = "123456789012"
const analyzerName = "idle"
const analyzerArn = `arn:aws:access-analyzer:us-east-1:${ACCOUNT}:analyzer/${analyzerName}`
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`

const policy = (...Action: string[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action, Resource: "*" }],
  })

async function openUnused() {
  const cloud = await openInProcess({ account: ACCOUNT })
  const client = cloud.client(AccessAnalyzerClient)
  const iam = cloud.client(IAMClient)
  const trust = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" }],
  })
  return {
    ...{ cloud, client, iam },
    create: (unusedAccessAge: number, exclusions?: AnalysisRuleCriteria[]) =>
      client.send(
        new CreateAnalyzerCommand({
          ...{ analyzerName, type: "ACCOUNT_UNUSED_ACCESS" },
          configuration: {
            unusedAccess: { unusedAccessAge, ...(exclusions && { analysisRule: { exclusions } }) },
          },
        }),
      ),
    async role(RoleName: string, ...actions: string[]) {
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))
      const input = { RoleName, PolicyName: "p", PolicyDocument: policy(...actions) }
      if (actions.length > 0) await iam.send(new PutRolePolicyCommand(input))
    },
    /** Calls ListQueues in the role. */
    async use(name: string) {
      const asked = new AssumeRoleCommand({ RoleArn: roleArn(name), RoleSessionName: "session" })
      const { Credentials } = await cloud.client(STSClient).send(asked)
      const sqs = cloud.client(SQSClient, { credentials: keysOf(Credentials) })
      await sqs.send(new ListQueuesCommand({}))
    },
    async list(filter?: Record<string, { eq: string[] }>) {
      const asked = new ListFindingsV2Command({ analyzerArn, ...(filter && { filter }) })
      return (await client.send(asked)).findings ?? []
    },
    async detailsOf(id?: string) {
      const found = await client.send(new GetFindingV2Command({ analyzerArn, id }))
      return found.findingDetails
    },
  }
}

const named = (findings: readonly FindingSummaryV2[]) =>
  findings.map((one) => `${one.findingType} ${one.resource?.split("/").at(-1)} ${one.status}`)

test("a role that nobody used for the days of the analyzer is a finding, until it is used", async () => {
  const { cloud, create, role, use, list, detailsOf } = await openUnused()
  await role("idle")
  await role("busy", "sqs:ListQueues")
  await create(30)
  await cloud.advance("29d")
  expect(await list()).toEqual([])
  await use("busy")
  await cloud.advance("2d")
  const found = await list()
  expect(named(found)).toEqual(["UnusedIAMRole idle ACTIVE"])
  expect(found[0]).toMatchObject({ resourceType: "AWS::IAM::Role", resourceOwnerAccount: ACCOUNT })
  expect(await detailsOf(found[0]?.id)).toEqual([{ unusedIamRoleDetails: {} }])
  await cloud.advance("31d")
  expect(named(await list())).toContain("UnusedIAMRole busy ACTIVE")
  await use("busy")
  await cloud.advance("1d")
  expect(named(await list())).toContain("UnusedIAMRole busy RESOLVED")
})

test("of a role in use the services and actions are found that it never called", async () => {
  const { cloud, create, role, use, list, detailsOf } = await openUnused()
  await role("busy", "sqs:ListQueues", "sqs:SendMessage", "kms:Decrypt")
  await create(5)
  await cloud.advance("4d")
  await use("busy")
  const usedMs = Math.floor(cloud.now().getTime() / 1_000) * 1_000
  await cloud.advance("3d")
  const found = await list()
  expect(named(found)).toEqual(["UnusedPermission busy ACTIVE"])
  expect(await detailsOf(found[0]?.id)).toEqual([
    { unusedPermissionDetails: { serviceNamespace: "kms" } },
    {
      unusedPermissionDetails: {
        ...{ serviceNamespace: "sqs", lastAccessed: new Date(usedMs) },
        actions: [{ action: "SendMessage" }],
      },
    },
  ])
})

test("a recommendation narrows policies to what is used, and detaches the others", async () => {
  const { cloud, client, iam, create, role, use, list } = await openUnused()
  await role("busy", "sqs:List*", "sqs:SendMessage", "kms:*")
  const PolicyArn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
  await iam.send(new AttachRolePolicyCommand({ RoleName: "busy", PolicyArn }))
  await create(5)
  await cloud.advance("4d")
  await use("busy")
  await cloud.advance("3d")
  const [finding] = await list()
  const named = { analyzerArn, id: finding?.id }
  await expect(client.send(new GetFindingRecommendationCommand(named))).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  })
  await client.send(new GenerateFindingRecommendationCommand(named))
  const { recommendedSteps, ...found } = await client.send(
    new GetFindingRecommendationCommand(named),
  )
  expect(found).toMatchObject({
    ...{ status: "SUCCEEDED", resourceArn: roleArn("busy") },
    recommendationType: "UnusedPermissionRecommendation",
  })
  expect(recommendedSteps).toEqual([
    {
      unusedPermissionsRecommendedStep: {
        ...{ recommendedAction: "CREATE_POLICY", existingPolicyId: "p" },
        recommendedPolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Resource: "*", Action: ["sqs:ListQueues"] }],
        }),
      },
    },
    {
      unusedPermissionsRecommendedStep: {
        ...{ recommendedAction: "DETACH_POLICY", existingPolicyId: PolicyArn },
      },
    },
  ])
})

test("keys and passwords of users are found; what is excluded is not", async () => {
  const { cloud, client, iam, create, list, detailsOf } = await openUnused()
  const user = async (UserName: string, Tags: { Key: string; Value: string }[] = []) => {
    await iam.send(new CreateUserCommand({ UserName, Tags }))
    const input = { UserName, PolicyName: "p", PolicyDocument: policy("sqs:*") }
    await iam.send(new PutUserPolicyCommand(input))
    return (await iam.send(new CreateAccessKeyCommand({ UserName }))).AccessKey?.AccessKeyId
  }
  const key = await user("ann")
  await user("spared", [{ Key: "team", Value: "x" }])
  await iam.send(new CreateLoginProfileCommand({ UserName: "ann", Password: "Secret-123-word" }))
  const exclusions = [{ resourceTags: [{ team: "x" }] }]
  await create(10, exclusions)
  await cloud.advance("11d")
  const found = await list()
  expect(named(found).toSorted()).toEqual([
    "UnusedIAMUserAccessKey ann ACTIVE",
    "UnusedIAMUserPassword ann ACTIVE",
  ])
  const ofKey = found.find(({ findingType }) => findingType === "UnusedIAMUserAccessKey")
  expect(await detailsOf(ofKey?.id)).toEqual([
    { unusedIamUserAccessKeyDetails: { accessKeyId: key } },
  ])
  const asked = new GetFindingsStatisticsCommand({ analyzerArn })
  const { findingsStatistics } = await client.send(asked)
  expect(findingsStatistics?.[0]?.unusedAccessFindingsStatistics).toMatchObject({
    totalActiveFindings: 2,
    topAccounts: [{ account: ACCOUNT, numberOfActiveFindings: 2 }],
  })
  const opened = new UpdateAnalyzerCommand({
    analyzerName,
    configuration: { unusedAccess: { analysisRule: { exclusions: [] } } },
  })
  await client.send(opened)
  await cloud.advance("1d")
  expect(named(await list())).toContain("UnusedIAMUserAccessKey spared ACTIVE")
})

test("findings of unused access are archived by hand and by rule, and filtered by their type", async () => {
  const { cloud, client, create, role, list } = await openUnused()
  await role("one")
  await role("two")
  await create(1)
  await cloud.advance("2d")
  const [first, second] = await list({ findingType: { eq: ["UnusedIAMRole"] } })
  expect(await list({ findingType: { eq: ["UnusedPermission"] } })).toEqual([])
  const status = "ARCHIVED"
  await client.send(new UpdateFindingsCommand({ analyzerArn, status, ids: [first?.id ?? ""] }))
  const filter = { resource: { eq: [second?.resource ?? ""] } }
  await client.send(new CreateArchiveRuleCommand({ analyzerName, ruleName: "r", filter }))
  await client.send(new ApplyArchiveRuleCommand({ analyzerArn, ruleName: "r" }))
  expect((await list()).map((one) => one.status)).toEqual([status, status])
  await expect(client.send(new ListFindingsCommand({ analyzerArn }))).rejects.toMatchObject({
    name: "ValidationException",
  })
})

test("an analyzer of unused access keeps the age with which it was made", async () => {
  const { client, create } = await openUnused()
  await expect(create(366)).rejects.toMatchObject({ name: "ValidationException" })
  await create(90)
  const { analyzer } = await client.send(new GetAnalyzerCommand({ analyzerName }))
  expect(analyzer).toMatchObject({
    type: "ACCOUNT_UNUSED_ACCESS",
    configuration: { unusedAccess: { unusedAccessAge: 90 } },
  })
  const younger = { unusedAccess: { unusedAccessAge: 30 } }
  const changing = new UpdateAnalyzerCommand({ analyzerName, configuration: younger })
  await expect(client.send(changing)).rejects.toMatchObject({ name: "ValidationException" })
})
