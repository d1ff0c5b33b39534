import {
  GetAnalyzedResourceCommand,
  GetAnalyzerCommand,
  GetFindingCommand,
  GetFindingsStatisticsCommand,
  GetFindingV2Command,
  ListAnalyzedResourcesCommand,
  ListFindingsV2Command,
  UpdateFindingsCommand,
} from "@aws-sdk/client-accessanalyzer"
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  IAMClient,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam"
import { DeleteQueueCommand, GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import {
  ACCOUNT,
  ANALYZER,
  openAnalyzer,
  OTHER,
  TO_ANYONE,
  TO_OTHER,
} from "../testing/open-analyzer.ts"

const analyzerArn = ANALYZER

test("ACA-1: a queue that is open to another account yields a finding within 30 minutes", async () => {
  const { cloud, client, queue, list } = await openAnalyzer()
  await cloud.settle()
  const arn = await queue("jobs", TO_OTHER)
  expect(await list()).toEqual([])
  await cloud.advance("30m")
  const found = await list()
  const now = cloud.now()
  expect(found).toEqual([
    {
      id: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      principal: { AWS: OTHER },
      action: ["sqs:SendMessage"],
      resource: arn,
      isPublic: false,
      resourceType: "AWS::SQS::Queue",
      condition: {},
      createdAt: now,
      analyzedAt: now,
      updatedAt: now,
      status: "ACTIVE",
      resourceOwnerAccount: ACCOUNT,
      resourceControlPolicyRestriction: "NOT_APPLICABLE",
      sources: [{ type: "POLICY" }],
    },
  ])
  const id = found[0]?.id
  const { finding } = await client.send(new GetFindingCommand({ analyzerArn, id }))
  expect(finding).toEqual(found[0])
})

test("ACA-1: what is open to everybody is public", async () => {
  const { queue, scan, list } = await openAnalyzer()
  await scan(await queue("jobs", TO_ANYONE))
  expect(await list()).toMatchObject([{ principal: { AWS: "*" }, isPublic: true }])
})

test("ACA-2: the finding is resolved when the sharing ends, and active again when it returns", async () => {
  const { queue, scan, list } = await openAnalyzer()
  const arn = await queue("jobs", TO_OTHER)
  await scan(arn)
  const [first] = await list()
  await queue("jobs", undefined)
  await scan(arn)
  expect(await list()).toMatchObject([{ id: first?.id, status: "RESOLVED" }])
  await queue("jobs", TO_OTHER)
  await scan(arn)
  expect(await list()).toMatchObject([{ id: first?.id, status: "ACTIVE" }])
})

test("ACA-2: findings of what is deleted are resolved, and forgotten 90 days later", async () => {
  const { cloud, queue, scan, list, isAnalyzed } = await openAnalyzer()
  const arn = await queue("jobs", TO_OTHER)
  await scan(arn)
  const sqs = cloud.client(SQSClient)
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "jobs" }))
  await sqs.send(new DeleteQueueCommand({ QueueUrl }))
  await cloud.advance("31m")
  expect(await list()).toMatchObject([{ status: "RESOLVED" }])
  expect(await isAnalyzed(arn)).toBe(false)
  await cloud.advance("89d")
  expect(await list()).toHaveLength(1)
  await cloud.advance("2d")
  expect(await list()).toEqual([])
})

test("ACA-3: what is shared only inside of the zone of trust yields no finding", async () => {
  const { queue, scan, list } = await openAnalyzer()
  await scan(await queue("own", { Principal: { AWS: ACCOUNT } }))
  await scan(await queue("service", { Principal: { Service: "sns.amazonaws.com" } }))
  const Condition = { StringEquals: { "aws:PrincipalAccount": ACCOUNT } }
  await scan(await queue("bound", { ...TO_ANYONE, Condition }))
  expect(await list()).toEqual([])
})

test("roles and queues are covered", async () => {
  const { cloud, client, queue, list, scan } = await openAnalyzer()
  const iam = cloud.client(IAMClient)
  const trust = (Principal: object): string =>
    JSON.stringify({ Statement: { Effect: "Allow", Action: "sts:AssumeRole", Principal } })
  const RoleName = "guest"
  const inside = trust({ AWS: ACCOUNT })
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: inside }))
  await queue("jobs", undefined)
  await cloud.advance("31m")
  expect(await list()).toEqual([])
  const credentials = { accessKeyId: OTHER, secretAccessKey: "test" }
  const there = cloud.client(IAMClient, { credentials })
  const visitor = { RoleName: "visitor", AssumeRolePolicyDocument: inside }
  await there.send(new CreateRoleCommand(visitor))
  const PolicyDocument = trust({ AWS: `arn:aws:iam::${OTHER}:role/visitor` })
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
  await cloud.advance("31m")
  const role = `arn:aws:iam::${ACCOUNT}:role/guest`
  expect(await list()).toMatchObject([
    {
      resource: role,
      resourceType: "AWS::IAM::Role",
      principal: { AWS: `arn:aws:iam::${OTHER}:role/visitor` },
      action: ["sts:AssumeRole"],
    },
  ])
  const listed = await client.send(new ListAnalyzedResourcesCommand({ analyzerArn }))
  const linked = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/access-analyzer.amazonaws.com/AWSServiceRoleForAccessAnalyzer`
  expect(listed.analyzedResources).toEqual([
    { resourceArn: linked, resourceOwnerAccount: ACCOUNT, resourceType: "AWS::IAM::Role" },
    { resourceArn: role, resourceOwnerAccount: ACCOUNT, resourceType: "AWS::IAM::Role" },
    {
      resourceArn: `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`,
      resourceOwnerAccount: ACCOUNT,
      resourceType: "AWS::SQS::Queue",
    },
  ])
  // A role that is gone is nobody, and one that has its name later was not meant.
  await there.send(new DeleteRoleCommand({ RoleName: "visitor" }))
  await there.send(new CreateRoleCommand(visitor))
  await scan(role)
  expect(await list()).toMatchObject([{ resource: role, status: "RESOLVED" }])
})

test("an analyzed resource tells what its findings come to", async () => {
  const { client, queue, scan } = await openAnalyzer()
  const resourceArn = await queue("jobs", TO_ANYONE)
  await scan(resourceArn)
  const asked = new GetAnalyzedResourceCommand({ analyzerArn, resourceArn })
  expect((await client.send(asked)).resource).toMatchObject({
    isPublic: true,
    actions: ["sqs:SendMessage"],
    sharedVia: ["POLICY"],
    status: "ACTIVE",
  })
  const { analyzer } = await client.send(new GetAnalyzerCommand({ analyzerName: "watch" }))
  expect(analyzer?.lastResourceAnalyzed).toBe(resourceArn)
})

test("findings tell their kind in the second version of the API", async () => {
  const { client, queue, scan } = await openAnalyzer()
  await scan(await queue("jobs", TO_OTHER))
  const { findings } = await client.send(new ListFindingsV2Command({ analyzerArn }))
  expect(findings).toMatchObject([{ findingType: "ExternalAccess", status: "ACTIVE" }])
  const id = findings?.[0]?.id
  const found = await client.send(new GetFindingV2Command({ analyzerArn, id }))
  expect(found).toMatchObject({
    id,
    findingDetails: [
      { externalAccessDetails: { principal: { AWS: OTHER }, action: ["sqs:SendMessage"] } },
    ],
  })
})

test("filters choose and sorting orders findings, page by page", async () => {
  const { queue, scan, list } = await openAnalyzer()
  for (const name of ["b", "a", "c"]) await scan(await queue(name, TO_OTHER))
  await scan(await queue("open", TO_ANYONE))
  const names = (found: Awaited<ReturnType<typeof list>>) =>
    found.map(({ resource }) => resource?.split(":").at(-1))
  const isPublic = { eq: ["false"] }
  const sort = { attributeName: "resource", orderBy: "DESC" } as const
  expect(names(await list({ filter: { isPublic }, sort }))).toEqual(["c", "b", "a"])
  const filter = { "principal.AWS": { eq: [OTHER] }, resource: { contains: ["12:a", "12:b"] } }
  expect(names(await list({ filter, sort }))).toEqual(["b", "a"])
  expect(names(await list({ filter: { "principal.AWS": { neq: [OTHER] } } }))).toEqual(["open"])
  expect(await list({ filter: { error: { exists: true } } })).toEqual([])
  expect(names(await list({ sort, maxResults: 2 }))).toEqual(["open", "c"])
  await expect(list({ filter: { color: { eq: ["red"] } } })).rejects.toMatchObject({
    name: "ValidationException",
    reason: "fieldValidationFailed",
    $metadata: { httpStatusCode: 400 },
  })
  await expect(list({ nextToken: "none" })).rejects.toThrow("nextToken")
})

test("findings are archived and brought back by id and by resource, and counted", async () => {
  const { client, queue, scan, list } = await openAnalyzer()
  const resourceArn = await queue("jobs", TO_OTHER)
  await scan(resourceArn)
  await scan(await queue("open", TO_ANYONE))
  await client.send(new UpdateFindingsCommand({ analyzerArn, status: "ARCHIVED", resourceArn }))
  const status = { eq: ["ARCHIVED"] }
  expect(await list({ filter: { status } })).toMatchObject([{ resource: resourceArn }])
  const counted = await client.send(new GetFindingsStatisticsCommand({ analyzerArn }))
  expect(counted.findingsStatistics).toEqual([
    {
      externalAccessFindingsStatistics: {
        resourceTypeStatistics: {
          "AWS::SQS::Queue": { totalActivePublic: 1, totalActiveCrossAccount: 0 },
        },
        totalActiveFindings: 1,
        totalArchivedFindings: 1,
        totalResolvedFindings: 0,
      },
    },
  ])
  const ids = (await list()).map(({ id }) => id ?? "")
  await client.send(new UpdateFindingsCommand({ analyzerArn, status: "ACTIVE", ids }))
  expect(await list({ filter: { status } })).toEqual([])
})

test("what is not there is not found", async () => {
  const { client, scan } = await openAnalyzer()
  const none = new GetFindingCommand({ analyzerArn, id: "none" })
  await expect(client.send(none)).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    resourceId: "none",
    resourceType: "Finding",
    $metadata: { httpStatusCode: 404 },
  })
  await expect(scan(`arn:aws:sqs:us-east-1:${ACCOUNT}:none`)).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    resourceType: "Resource",
  })
})
