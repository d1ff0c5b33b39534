import {
  CreateTableCommand,
  DynamoDBClient,
  PutResourcePolicyCommand,
} from "@aws-sdk/client-dynamodb"
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import {
  CreateAccessPointCommand,
  CreateMultiRegionAccessPointCommand,
  GetMultiRegionAccessPointCommand,
  PutAccessPointPolicyCommand,
  PutMultiRegionAccessPointPolicyCommand,
  PutPublicAccessBlockCommand as PutAccountBlock,
  S3ControlClient,
} from "@aws-sdk/client-s3-control"
import { expect, test } from "vitest"
import { canonicalId } from "../../s3/port.ts"
import { ACCOUNT, OTHER, openAnalyzer } from "../testing/open-analyzer.ts"

const policy = (statement: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", ...statement } })

test("buckets are covered, as far as Block Public Access lets their policies hold", async () => {
  const { cloud, list, scan } = await openAnalyzer()
  const s3 = cloud.client(S3Client, { forcePathStyle: true })
  const Bucket = "shared"
  const arn = `arn:aws:s3:::${Bucket}`
  await s3.send(new CreateBucketCommand({ Bucket }))
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }))
  const Policy = policy({ Principal: "*", Action: "s3:GetObject", Resource: `${arn}/*` })
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  await scan(arn)
  expect(await list()).toMatchObject([
    {
      ...{ resource: arn, resourceType: "AWS::S3::Bucket", resourceOwnerAccount: ACCOUNT },
      ...{ isPublic: true, principal: { AWS: "*" }, action: ["s3:GetObject"], status: "ACTIVE" },
    },
  ])
  const PublicAccessBlockConfiguration = { RestrictPublicBuckets: true }
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }))
  await cloud.advance("31m")
  expect(await list()).toMatchObject([{ resource: arn, status: "RESOLVED" }])
})

test("tables of DynamoDB are covered", async () => {
  const { cloud, list } = await openAnalyzer()
  const dynamodb = cloud.client(DynamoDBClient)
  const ResourceArn = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/given`
  await dynamodb.send(
    new CreateTableCommand({
      ...{ TableName: "given", BillingMode: "PAY_PER_REQUEST" },
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    }),
  )
  await cloud.advance("1m")
  const Policy = policy({
    ...{ Principal: { AWS: OTHER }, Action: "dynamodb:GetItem", Resource: ResourceArn },
  })
  await dynamodb.send(new PutResourcePolicyCommand({ ResourceArn, Policy }))
  await cloud.advance("31m")
  expect(await list()).toMatchObject([
    { resource: ResourceArn, resourceType: "AWS::DynamoDB::Table", principal: { AWS: OTHER } },
  ])
})

/** A bucket that others can be let into. */
async function openBucket() {
  const opened = await openAnalyzer()
  const s3 = opened.cloud.client(S3Client, { forcePathStyle: true })
  const Bucket = "shared"
  await s3.send(new CreateBucketCommand({ Bucket }))
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }))
  return { ...opened, s3, Bucket, arn: `arn:aws:s3:::${Bucket}` }
}

const own = (ObjectOwnership: "ObjectWriter" | "BucketOwnerEnforced") => ({
  OwnershipControls: { Rules: [{ ObjectOwnership }] },
})

test("what an ACL gives is found, as long as ACLs count", async () => {
  const { cloud, list, scan, s3, Bucket, arn } = await openBucket()
  await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, ...own("ObjectWriter") }))
  await s3.send(new PutBucketAclCommand({ Bucket, ACL: "public-read" }))
  await scan(arn)
  expect(await list()).toMatchObject([
    {
      ...{ resource: arn, isPublic: true, principal: { AWS: "*" }, status: "ACTIVE" },
      action: ["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions"],
      sources: [{ type: "BUCKET_ACL" }],
    },
  ])
  const PublicAccessBlockConfiguration = { IgnorePublicAcls: true }
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }))
  await cloud.advance("31m")
  expect(await list()).toMatchObject([{ resource: arn, status: "RESOLVED" }])
  const GrantWrite = `id=${canonicalId(OTHER)}`
  await s3.send(new PutBucketAclCommand({ Bucket, GrantWrite }))
  await scan(arn)
  expect(await list({ filter: { status: { eq: ["ACTIVE"] } } })).toMatchObject([
    { isPublic: false, principal: { CanonicalUser: canonicalId(OTHER) }, action: ["s3:PutObject"] },
  ])
})

test("an access point lets others in where the bucket's policy does, too", async () => {
  const { cloud, list, scan, s3, Bucket, arn } = await openBucket()
  const control = cloud.client(S3ControlClient)
  const point = { AccountId: ACCOUNT, Name: "door" }
  await control.send(
    new CreateAccessPointCommand({
      ...{ ...point, Bucket },
      PublicAccessBlockConfiguration: { BlockPublicPolicy: false },
    }),
  )
  const pointArn = `arn:aws:s3:us-east-1:${ACCOUNT}:accesspoint/door`
  const Policy = policy({
    ...{ Principal: { AWS: OTHER }, Action: "s3:GetObject", Resource: `${pointArn}/object/*` },
  })
  await control.send(new PutAccessPointPolicyCommand({ ...point, Policy }))
  await scan(arn)
  expect(await list()).toEqual([])
  const delegating = policy({
    ...{ Principal: "*", Action: "s3:*", Resource: [arn, `${arn}/*`] },
    Condition: { StringEquals: { "s3:DataAccessPointAccount": ACCOUNT } },
  })
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: delegating }))
  await scan(arn)
  expect(await list()).toMatchObject([
    {
      ...{ resource: arn, principal: { AWS: OTHER }, action: ["s3:GetObject"], isPublic: false },
      sources: [{ type: "S3_ACCESS_POINT", detail: { accessPointArn: pointArn } }],
    },
  ])
})

test("what a Multi-Region access point lets in is a way into its buckets", async () => {
  const { cloud, list, scan, s3, Bucket, arn } = await openBucket()
  const control = cloud.client(S3ControlClient, { region: "us-west-2" })
  const named = { AccountId: ACCOUNT, Name: "doors" }
  const made = { Name: "doors", Regions: [{ Bucket }] }
  await control.send(new CreateMultiRegionAccessPointCommand({ AccountId: ACCOUNT, Details: made }))
  await cloud.advance("1m")
  const { AccessPoint } = await control.send(new GetMultiRegionAccessPointCommand(named))
  const pointArn = `arn:aws:s3::${ACCOUNT}:accesspoint/${AccessPoint?.Alias}`
  const Policy = policy({
    ...{ Principal: { AWS: OTHER }, Action: "s3:GetObject", Resource: `${pointArn}/object/*` },
  })
  const put = { AccountId: ACCOUNT, Details: { Name: "doors", Policy } }
  await control.send(new PutMultiRegionAccessPointPolicyCommand(put))
  await cloud.advance("1m")
  const delegating = policy({
    ...{ Principal: "*", Action: "s3:*", Resource: [arn, `${arn}/*`] },
    Condition: { StringEquals: { "s3:DataAccessPointArn": pointArn } },
  })
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: delegating }))
  await scan(arn)
  expect(await list()).toMatchObject([
    {
      ...{ resource: arn, principal: { AWS: OTHER }, action: ["s3:GetObject"], isPublic: false },
      sources: [{ type: "S3_ACCESS_POINT", detail: { accessPointArn: pointArn } }],
    },
  ])
})

test("the settings of a whole account close its buckets, too", async () => {
  const { cloud, list, scan, s3, Bucket, arn } = await openBucket()
  const Policy = policy({ Principal: "*", Action: "s3:GetObject", Resource: `${arn}/*` })
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  await scan(arn)
  expect(await list()).toMatchObject([{ status: "ACTIVE" }])
  const PublicAccessBlockConfiguration = { RestrictPublicBuckets: true }
  await cloud
    .client(S3ControlClient)
    .send(new PutAccountBlock({ AccountId: ACCOUNT, PublicAccessBlockConfiguration }))
  await cloud.advance("31m")
  expect(await list()).toMatchObject([{ status: "RESOLVED" }])
})
