import {
  CreateTableCommand,
  DynamoDBClient,
  PutResourcePolicyCommand,
} from "@aws-sdk/client-dynamodb"
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
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
