import {
  CreateAccessPreviewCommand,
  GetAccessPreviewCommand,
  ListAccessPreviewFindingsCommand,
  ListAccessPreviewsCommand,
  type Configuration,
} from "@aws-sdk/client-accessanalyzer"
import { expect, test } from "vitest"
import {
  ANALYZER,
  openAnalyzer,
  OTHER,
  policyText,
  TO_ANYONE,
  TO_OTHER,
  type TestAnalyzer,
} from "../testing/open-analyzer.ts"

const analyzerArn = ANALYZER
const QUEUE = "arn:aws:sqs:us-east-1:123456789012:jobs"

async function preview({ client }: TestAnalyzer, arn: string, configuration: Configuration) {
  const configurations = { [arn]: configuration }
  const made = await client.send(new CreateAccessPreviewCommand({ analyzerArn, configurations }))
  const asked = { analyzerArn, accessPreviewId: made.id }
  const { findings } = await client.send(new ListAccessPreviewFindingsCommand(asked))
  return findings
}

test("a preview shows what a policy would give, and gives nothing", async () => {
  const world = await openAnalyzer()
  const queuePolicy = policyText(TO_OTHER, QUEUE)
  expect(await preview(world, QUEUE, { sqsQueue: { queuePolicy } })).toMatchObject([
    { principal: { AWS: OTHER }, changeType: "NEW", status: "ACTIVE", resource: QUEUE },
  ])
  expect(await world.list()).toEqual([])
})

test("a preview tells what stays, what changes and what ends", async () => {
  const world = await openAnalyzer()
  await world.queue("jobs", TO_OTHER)
  await world.scan(QUEUE)
  const [finding] = await world.list()
  const existing = { existingFindingId: finding?.id, existingFindingStatus: "ACTIVE" }
  const look = (statement: object) =>
    preview(world, QUEUE, { sqsQueue: { queuePolicy: policyText(statement, QUEUE) } })
  expect(await look(TO_OTHER)).toMatchObject([{ ...existing, changeType: "UNCHANGED" }])
  const more = { ...TO_OTHER, Action: "sqs:*" }
  expect(await look(more)).toMatchObject([{ ...existing, changeType: "CHANGED", status: "ACTIVE" }])
  expect(await look(TO_ANYONE)).toMatchObject([
    { changeType: "NEW", isPublic: true },
    { ...existing, changeType: "CHANGED", status: "RESOLVED" },
  ])
})

test("roles, keys and buckets are previewed as well", async () => {
  const world = await openAnalyzer()
  const trustPolicy = JSON.stringify({
    Statement: { Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: OTHER } },
  })
  const role = "arn:aws:iam::123456789012:role/guest"
  expect(await preview(world, role, { iamRole: { trustPolicy } })).toHaveLength(1)
  const key = "arn:aws:kms:us-east-1:123456789012:key/1"
  const policy = policyText({ ...TO_OTHER, Action: "kms:Decrypt" }, "*")
  expect(await preview(world, key, { kmsKey: { keyPolicies: { default: policy } } })).toMatchObject(
    [{ resourceType: "AWS::KMS::Key", action: ["kms:Decrypt"] }],
  )
  const bucket = "arn:aws:s3:::jobs"
  const bucketPolicy = policyText({ ...TO_ANYONE, Action: "s3:GetObject" }, `${bucket}/*`)
  expect(await preview(world, bucket, { s3Bucket: { bucketPolicy } })).toMatchObject([
    { isPublic: true },
  ])
})

test("ACLs, access points and grants are previewed, too", async () => {
  const world = await openAnalyzer()
  const bucket = "arn:aws:s3:::jobs"
  const ids = (id: string) => ({ permission: "READ", grantee: { id } }) as const
  const everybody = { uri: "http://acs.amazonaws.com/groups/global/AllUsers" }
  const bucketAclGrants = [ids("a"), { permission: "WRITE", grantee: everybody } as const]
  expect(await preview(world, bucket, { s3Bucket: { bucketAclGrants } })).toMatchObject([
    { principal: { CanonicalUser: "a" }, sources: [{ type: "BUCKET_ACL" }], isPublic: false },
    { principal: { AWS: "*" }, action: ["s3:PutObject"], isPublic: true },
  ])
  const ignorePublicAcls = { ignorePublicAcls: true, restrictPublicBuckets: true }
  const blocked = { bucketAclGrants, bucketPublicAccessBlock: ignorePublicAcls }
  expect(await preview(world, bucket, { s3Bucket: blocked })).toHaveLength(1)
  const point = "arn:aws:s3:us-east-1:123456789012:accesspoint/door"
  const read = { ...TO_OTHER, Action: "s3:GetObject" }
  const accessPoints = { [point]: { accessPointPolicy: policyText(read, `${point}/object/*`) } }
  const bucketPolicy = policyText(read, `${bucket}/*`)
  expect(await preview(world, bucket, { s3Bucket: { accessPoints } })).toEqual([])
  expect(await preview(world, bucket, { s3Bucket: { accessPoints, bucketPolicy } })).toMatchObject([
    {
      principal: { AWS: OTHER },
      sources: [{ type: "POLICY" }, { type: "S3_ACCESS_POINT", detail: { accessPointArn: point } }],
    },
  ])
  const grants = [
    {
      ...{ granteePrincipal: `arn:aws:iam::${OTHER}:role/r`, issuingAccount: "123456789012" },
      operations: ["Decrypt" as const],
    },
  ]
  const key = "arn:aws:kms:us-east-1:123456789012:key/1"
  expect(await preview(world, key, { kmsKey: { grants } })).toMatchObject([
    { principal: { AWS: `arn:aws:iam::${OTHER}:role/r` }, action: ["kms:Decrypt"] },
  ])
})

test("a policy that cannot be read fails the preview", async () => {
  const { client } = await openAnalyzer()
  const configurations = { [QUEUE]: { sqsQueue: { queuePolicy: "{" } } }
  const { id } = await client.send(new CreateAccessPreviewCommand({ analyzerArn, configurations }))
  const asked = { analyzerArn, accessPreviewId: id }
  const { accessPreview } = await client.send(new GetAccessPreviewCommand(asked))
  expect(accessPreview).toMatchObject({
    id,
    analyzerArn,
    configurations,
    status: "FAILED",
    statusReason: { code: "INVALID_CONFIGURATION" },
  })
  await expect(client.send(new ListAccessPreviewFindingsCommand(asked))).rejects.toMatchObject({
    name: "ConflictException",
  })
  const listed = await client.send(new ListAccessPreviewsCommand({ analyzerArn }))
  expect(listed.accessPreviews).toMatchObject([{ id, status: "FAILED" }])
})
