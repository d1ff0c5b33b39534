import {
  CreateAccessPointCommand,
  CreateAccessPointForObjectLambdaCommand,
  DeleteAccessPointForObjectLambdaCommand,
  DeleteAccessPointPolicyForObjectLambdaCommand,
  GetAccessPointConfigurationForObjectLambdaCommand,
  GetAccessPointForObjectLambdaCommand,
  GetAccessPointPolicyForObjectLambdaCommand,
  GetAccessPointPolicyStatusForObjectLambdaCommand,
  ListAccessPointsForObjectLambdaCommand,
  PutAccessPointConfigurationForObjectLambdaCommand,
  PutAccessPointPolicyForObjectLambdaCommand,
  S3ControlClient,
  type ObjectLambdaConfiguration,
} from "@aws-sdk/client-s3-control"
import { expect, test } from "vitest"
import { openBucket, refusalOf } from "../../s3/testing/open-bucket.ts"

const AccountId = "000000000000"
const ARN = `arn:aws:s3-object-lambda:us-east-1:${AccountId}:accesspoint/lens`
const LENS = { AccountId, Name: "lens" }
const AwsLambda = { FunctionArn: `arn:aws:lambda:us-east-1:${AccountId}:function:upper` }

const CONFIGURATION: ObjectLambdaConfiguration = {
  SupportingAccessPoint: `arn:aws:s3:us-east-1:${AccountId}:accesspoint/door`,
  TransformationConfigurations: [
    { Actions: ["GetObject"], ContentTransformation: { AwsLambda } },
    {
      Actions: ["HeadObject", "ListObjects"],
      ContentTransformation: { AwsLambda: { ...AwsLambda, FunctionPayload: "{}" } },
    },
  ],
}

async function openLens() {
  const { cloud } = await openBucket()
  const control = cloud.client(S3ControlClient)
  await control.send(new CreateAccessPointCommand({ AccountId, Name: "door", Bucket: "photos" }))
  const create = (Name = "lens", Configuration = CONFIGURATION) =>
    control.send(new CreateAccessPointForObjectLambdaCommand({ AccountId, Name, Configuration }))
  return { cloud, control, create }
}

test("an Object Lambda access point has an ARN and an alias, and blocks all public access", async () => {
  const { control, create, cloud } = await openLens()
  const { ObjectLambdaAccessPointArn, Alias } = await create()
  expect(ObjectLambdaAccessPointArn).toBe(ARN)
  expect(Alias).toEqual({
    Value: expect.stringMatching(/^lens-[a-z0-9]{34}--ol-s3$/),
    Status: "READY",
  })
  expect(await control.send(new GetAccessPointForObjectLambdaCommand(LENS))).toMatchObject({
    ...{ Name: "lens", Alias, CreationDate: cloud.now() },
    PublicAccessBlockConfiguration: {
      ...{ BlockPublicAcls: true, IgnorePublicAcls: true },
      ...{ BlockPublicPolicy: true, RestrictPublicBuckets: true },
    },
  })
  expect(await refusalOf(create())).toMatch(/^AccessPointAlreadyOwnedByYou 409/)
  expect(await refusalOf(create("Lens"))).toMatch(/^InvalidURI 400/)
  await control.send(new DeleteAccessPointForObjectLambdaCommand(LENS))
  const gone = control.send(new GetAccessPointForObjectLambdaCommand(LENS))
  expect(await refusalOf(gone)).toBe(
    "NoSuchAccessPoint 404: The specified accesspoint does not exist",
  )
})

test("they are listed page by page, apart from ordinary access points", async () => {
  const { control, create } = await openLens()
  for (const name of ["one", "two", "zoom", "door"]) await create(name)
  const first = await control.send(
    new ListAccessPointsForObjectLambdaCommand({ AccountId, MaxResults: 3 }),
  )
  const { NextToken } = first
  const rest = await control.send(
    new ListAccessPointsForObjectLambdaCommand({ AccountId, NextToken }),
  )
  const lists = [first, rest].map(({ ObjectLambdaAccessPointList: list = [] }) => list)
  expect(lists.map((list) => list.map(({ Name }) => Name))).toEqual([
    ["door", "one", "two"],
    ["zoom"],
  ])
  expect(lists[1]?.[0]).toMatchObject({
    ObjectLambdaAccessPointArn: `arn:aws:s3-object-lambda:us-east-1:${AccountId}:accesspoint/zoom`,
    Alias: { Status: "READY" },
  })
  expect(rest.NextToken).toBeUndefined()
})

test("a configuration is replaced as a whole, and must fit together", async () => {
  const { control, create } = await openLens()
  await create()
  const get = async () =>
    (await control.send(new GetAccessPointConfigurationForObjectLambdaCommand(LENS))).Configuration
  const put = (Configuration: ObjectLambdaConfiguration) =>
    control.send(new PutAccessPointConfigurationForObjectLambdaCommand({ ...LENS, Configuration }))
  expect(await get()).toEqual({
    ...CONFIGURATION,
    AllowedFeatures: [],
    CloudWatchMetricsEnabled: false,
  })
  const next: ObjectLambdaConfiguration = {
    ...CONFIGURATION,
    AllowedFeatures: ["GetObject-Range", "HeadObject-PartNumber"],
    CloudWatchMetricsEnabled: true,
    TransformationConfigurations: CONFIGURATION.TransformationConfigurations?.slice(0, 1),
  }
  await put(next)
  expect(await get()).toEqual(next)
  const [one] = CONFIGURATION.TransformationConfigurations ?? []
  const elsewhere = { FunctionArn: "arn:aws:lambda:us-east-1:111111111111:function:upper" }
  const SupportingAccessPoint = `arn:aws:s3:us-east-1:${AccountId}:accesspoint/nobody`
  for (const [wrong, refusal] of [
    [{ ...next, SupportingAccessPoint }, "InvalidRequest 400"],
    [{ ...next, SupportingAccessPoint: ARN }, "InvalidRequest 400"],
    [{ ...next, TransformationConfigurations: [] }, "MalformedXML 400"],
    [{ ...next, TransformationConfigurations: [one, one] }, "InvalidRequest 400"],
    [{ ...next, AllowedFeatures: ["PutObject-Range"] }, "MalformedXML 400"],
    [
      {
        ...next,
        TransformationConfigurations: [{ ...one, ContentTransformation: { AwsLambda: elsewhere } }],
      },
      "InvalidRequest 400",
    ],
  ] as const)
    expect(await refusalOf(put(wrong as ObjectLambdaConfiguration))).toMatch(`${refusal}: `)
  expect(await get()).toEqual(next)
})

test("a policy speaks of the access point alone, of its own actions, and is never public", async () => {
  const { control, create } = await openLens()
  await create()
  const put = (statement: object) =>
    control.send(
      new PutAccessPointPolicyForObjectLambdaCommand({
        ...LENS,
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Resource: ARN, ...statement }],
        }),
      }),
    )
  const get = () => control.send(new GetAccessPointPolicyForObjectLambdaCommand(LENS))
  const status = () => control.send(new GetAccessPointPolicyStatusForObjectLambdaCommand(LENS))
  expect(await refusalOf(get())).toMatch(/^NoSuchAccessPointPolicy 404/)
  expect(await refusalOf(status())).toMatch(/^NoSuchAccessPointPolicy 404/)
  const Principal = { AWS: "arn:aws:iam::111111111111:root" }
  await put({ Principal, Action: ["s3-object-lambda:GetObject", "s3-object-lambda:List*"] })
  expect((await get()).Policy).toContain("111111111111")
  expect((await status()).PolicyStatus).toEqual({ IsPublic: false })
  const Action = "s3-object-lambda:GetObject"
  const wrong = [
    put({ Principal: "*", Action }),
    put({ Principal, Action, Resource: `${ARN}/object/*` }),
    put({ Principal, Action: "sqs:SendMessage" }),
  ]
  expect(await Promise.all(wrong.map(refusalOf))).toEqual([
    "AccessDenied 403: Access Denied",
    "MalformedPolicy 400: Policy has invalid resource",
    "MalformedPolicy 400: Policy has invalid action",
  ])
  await control.send(new DeleteAccessPointPolicyForObjectLambdaCommand(LENS))
  expect(await refusalOf(get())).toMatch(/^NoSuchAccessPointPolicy 404/)
})
