import { EnableAWSServiceAccessCommand } from "@aws-sdk/client-organizations"
import {
  DescribeReportCreationCommand,
  StartReportCreationCommand,
} from "@aws-sdk/client-resource-groups-tagging-api"
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { inviteAccount } from "../../organizations/testing/accounts.ts"
import { MANAGEMENT, OTHER } from "../../organizations/testing/open-organization.ts"
import { openPolicies } from "../../organizations/testing/open-policies.ts"
import { refusalOf, taggingOf } from "../testing/open-tagging.ts"

const ServicePrincipal = "tagpolicies.tag.amazonaws.com"
const RULES = { tags: { team: { tag_value: { "@@assign": ["blue"] } } } }

/** An organization that trusts tag policies, and a bucket of each of its two accounts. */
async function openReports() {
  const policies = await openPolicies()
  const { cloud, client, organization } = policies
  await inviteAccount(policies, OTHER)
  await policies.enable("TAG_POLICY")
  await client.send(new EnableAWSServiceAccessCommand({ ServicePrincipal }))
  const manager = taggingOf(cloud, { account: MANAGEMENT })
  const member = taggingOf(cloud, { account: OTHER })
  const [own, theirs] = [manager, member].map(({ options }) => cloud.client(S3Client, options))
  await own!.send(new CreateBucketCommand({ Bucket: "own" }))
  await theirs!.send(new CreateBucketCommand({ Bucket: "theirs" }))
  const { tagging } = manager
  return {
    ...{ ...policies, own: own!, theirs: theirs!, member },
    organizationId: organization.Id ?? "",
    start: (S3Bucket: string) => tagging.send(new StartReportCreationCommand({ S3Bucket })),
    async described() {
      const { $metadata: _, ...answer } = await tagging.send(new DescribeReportCreationCommand({}))
      return answer
    },
    /** A tag policy on the root, and a queue of the member that breaks it. */
    async breakIt() {
      await policies.impose(policies.root, RULES, "TAG_POLICY")
      await member.queue("bad", { team: "red" })
      await manager.queue("good", { team: "blue" })
    },
  }
}

/** "Amazon S3 bucket policy for report storage". */
const storagePolicy = (bucket: string, organizationId: string) => {
  const Condition = {
    StringLike: {
      "aws:SourceAccount": MANAGEMENT,
      "aws:SourceArn": `arn:aws:tag:us-east-1:${MANAGEMENT}:*`,
    },
  }
  const common = { Effect: "Allow", Principal: { Service: ServicePrincipal }, Condition }
  const Resource = `arn:aws:s3:::${bucket}`
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { ...common, Action: "s3:GetBucketAcl", Resource },
      {
        ...common,
        Action: "s3:PutObject",
        Resource: `${Resource}/AwsTagPolicies/${organizationId}/*`,
      },
    ],
  })
}

test("TPOL-2 a report of the organization goes to a bucket, on the cloud's clock", async () => {
  const { cloud, breakIt, start, described, own, organizationId } = await openReports()
  expect(await described()).toEqual({ Status: "NO REPORT" })
  expect(await refusalOf(start("own"))).toMatch(/^ConstraintViolationException/)
  await breakIt()
  await start("own")
  const startedAt = `${cloud.now().toISOString().slice(0, 19)}Z`
  expect(await described()).toEqual({ Status: "RUNNING" })
  expect(await refusalOf(start("own"))).toMatch(/^ConcurrentModificationException/)
  await cloud.advance("1m")
  const Key = `AwsTagPolicies/${organizationId}/${startedAt}/report.csv`
  expect(await described()).toEqual({ Status: "SUCCEEDED", S3Location: `s3://own/${Key}` })
  const { Body } = await own.send(new GetObjectCommand({ Bucket: "own", Key }))
  const lines = (await Body?.transformToString())?.trim().split("\n").slice(1)
  expect(lines).toEqual([
    `${MANAGEMENT},us-east-1,sqs:queue,arn:aws:sqs:us-east-1:${MANAGEMENT}:good,COMPLIANT,,,`,
    `${OTHER},us-east-1,sqs:queue,arn:aws:sqs:us-east-1:${OTHER}:bad,NON_COMPLIANT,,team,`,
  ])
  await cloud.advance("91d")
  expect(await described()).toEqual({ Status: "NO REPORT" })
})

test("a bucket of another account lets tag policies in by its policy", async () => {
  const { cloud, breakIt, start, described, theirs, organizationId } = await openReports()
  await breakIt()
  expect(await refusalOf(start("theirs"))).toMatch(/^InvalidParameterException/)
  expect(await refusalOf(start("nowhere"))).toMatch(/^InvalidParameterException/)
  const Policy = storagePolicy("theirs", organizationId)
  await theirs.send(new PutBucketPolicyCommand({ Bucket: "theirs", Policy }))
  await start("theirs")
  await cloud.advance("1m")
  expect(await described()).toMatchObject({ Status: "SUCCEEDED" })
})

test("a bucket that is gone fails the report, and another one may follow", async () => {
  const { cloud, breakIt, start, described, own } = await openReports()
  await breakIt()
  await start("own")
  await own.send(new DeleteBucketCommand({ Bucket: "own" }))
  await cloud.advance("1m")
  expect(await described()).toEqual({
    ...{ Status: "FAILED", ErrorMessage: "The specified bucket does not exist" },
  })
  await own.send(new CreateBucketCommand({ Bucket: "own" }))
  await start("own")
  await cloud.advance("1m")
  expect(await described()).toMatchObject({ Status: "SUCCEEDED" })
})
