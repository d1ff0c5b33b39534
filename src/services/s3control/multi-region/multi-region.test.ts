import { CreateBucketCommand, DeleteBucketCommand } from "@aws-sdk/client-s3"
import {
  CreateMultiRegionAccessPointCommand,
  DeleteMultiRegionAccessPointCommand,
  DescribeMultiRegionAccessPointOperationCommand,
  GetMultiRegionAccessPointCommand,
  GetMultiRegionAccessPointPolicyCommand,
  GetMultiRegionAccessPointPolicyStatusCommand,
  ListMultiRegionAccessPointsCommand,
  PutMultiRegionAccessPointPolicyCommand,
  S3ControlClient,
} from "@aws-sdk/client-s3-control"
import { IAMClient } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { OBEYED, outcomesBy } from "../../../gateway/testing/condition.ts"
import { newUser } from "../../../gateway/testing/identity.ts"
import { refusalOf } from "../../s3/testing/open-bucket.ts"
import { ACCOUNT, bucketIn, openMultiRegion } from "../testing/open-multi-region.ts"

const AccountId = ACCOUNT
const NAMED = { AccountId, Name: "cats" }
const Regions = [{ Bucket: "us-east-1-cats" }, { Bucket: "eu-west-1-cats" }]
const ALL = {
  ...{ BlockPublicAcls: true, BlockPublicPolicy: true },
  ...{ IgnorePublicAcls: true, RestrictPublicBuckets: true },
}

test("one is made step by step, and its token tells how far it is", async () => {
  const { cloud, control, operation } = await openMultiRegion()
  const { RequestTokenARN } = await control.send(
    new CreateMultiRegionAccessPointCommand({ AccountId, Details: { Name: "cats", Regions } }),
  )
  expect(RequestTokenARN).toMatch(
    /^arn:aws:s3:us-west-2:000000000000:async-request\/mrap\/create\/[\w-]{94}$/,
  )
  const get = () => control.send(new GetMultiRegionAccessPointCommand(NAMED))
  expect(await refusalOf(get())).toBe(
    "NoSuchMultiRegionAccessPoint 404: The specified Multi-Region Access Point does not exist.",
  )
  expect(await operation(RequestTokenARN)).toEqual({
    CreationTime: expect.any(Date),
    Operation: "CreateMultiRegionAccessPoint",
    RequestTokenARN,
    RequestParameters: {
      CreateMultiRegionAccessPointRequest: { Name: "cats", PublicAccessBlock: ALL, Regions },
    },
    RequestStatus: "INPROGRESS",
  })
  await cloud.advance("2s")
  expect(await operation(RequestTokenARN)).toMatchObject({
    RequestStatus: "INPROGRESS",
    ResponseDetails: {
      MultiRegionAccessPointDetails: {
        Regions: [
          { Name: "us-east-1", RequestStatus: "SUCCEEDED" },
          { Name: "eu-west-1", RequestStatus: "INPROGRESS" },
        ],
      },
    },
  })
  expect((await get()).AccessPoint?.Status).toBe("CREATING")
  await cloud.advance("1s")
  expect((await operation(RequestTokenARN)).RequestStatus).toBe("SUCCEEDED")
  const { AccessPoint } = await get()
  expect(AccessPoint).toEqual({
    Name: "cats",
    Alias: expect.stringMatching(/^[a-z0-9]{13}\.mrap$/),
    CreatedAt: expect.any(Date),
    PublicAccessBlock: ALL,
    Status: "READY",
    Regions: [
      { Bucket: "us-east-1-cats", Region: "us-east-1", BucketAccountId: AccountId },
      { Bucket: "eu-west-1-cats", Region: "eu-west-1", BucketAccountId: AccountId },
    ],
  })
  const list = await control.send(new ListMultiRegionAccessPointsCommand({ AccountId }))
  expect(list.AccessPoints).toEqual([AccessPoint])
})

test("a Region that is down keeps it waiting, and it goes on when it is up again", async () => {
  const { cloud, control, operation } = await openMultiRegion()
  const Details = { Name: "cats", Regions }
  const { RequestTokenARN } = await control.send(
    new CreateMultiRegionAccessPointCommand({ AccountId, Details }),
  )
  await cloud.fail({ region: "eu-west-1" })
  await cloud.advance("1h")
  expect((await operation(RequestTokenARN)).RequestStatus).toBe("INPROGRESS")
  await cloud.heal({ region: "eu-west-1" })
  await cloud.advance("2m")
  expect((await operation(RequestTokenARN)).RequestStatus).toBe("SUCCEEDED")
})

test("what is wrong with its buckets is told by its token", async () => {
  const { cloud, s3, create } = await openMultiRegion()
  const failure = async (...asked: { Bucket: string; BucketAccountId?: string }[]) => {
    const { RequestStatus, ResponseDetails } = await create({ Name: "dogs", Regions: asked })
    const { Code, Message, Resource } = ResponseDetails?.ErrorDetails ?? {}
    return `${RequestStatus} ${Code} ${Resource}: ${Message}`
  }
  expect(await failure({ Bucket: "nobodys" })).toBe(
    "FAILED NoSuchBucket nobodys: The specified bucket does not exist.",
  )
  const Bucket = "us-east-1-cats"
  expect(await failure({ Bucket, BucketAccountId: "111111111111" })).toBe(
    `FAILED AccessDenied ${Bucket}: Access denied.`,
  )
  await s3().send(new CreateBucketCommand({ Bucket: "us-east-1-dogs" }))
  expect(await failure({ Bucket }, { Bucket: "us-east-1-dogs" })).toBe(
    "FAILED MultiRegionAccessPointSameBucketRegion us-east-1-dogs: The buckets used to create a " +
      "Multi-Region Access Point cannot be in the same Region.",
  )
  const taipei = { LocationConstraint: "ap-east-2" as "eu-west-1" }
  await s3("ap-east-2").send(
    new CreateBucketCommand({ Bucket: "taipei-dogs", CreateBucketConfiguration: taipei }),
  )
  expect(await failure({ Bucket: "taipei-dogs" })).toMatch(
    /^FAILED MultiRegionAccessPointUnsupportedRegion taipei-dogs/,
  )
  expect((await create()).RequestStatus).toBe("SUCCEEDED")
  const again = await create()
  expect(again.ResponseDetails?.ErrorDetails).toMatchObject({
    Code: "MultiRegionAccessPointAlreadyOwnedByYou",
    Message: "You already have a Multi-Region Access Point with the same name.",
  })
  expect(cloud.reports).toEqual([])
})

test("what cannot be asked at all is refused at once", async () => {
  const { cloud, control } = await openMultiRegion()
  const create = (Details: object, more = {}) =>
    refusalOf(
      control.send(
        new CreateMultiRegionAccessPointCommand({
          AccountId,
          Details: { Name: "cats", Regions, ...Details },
          ...more,
        }),
      ),
    )
  for (const Name of ["Cats", "-cats", "ca", "c_ats", "a".repeat(51)])
    expect(await create({ Name })).toMatch(/^InvalidRequest 400/)
  expect(await create({ Regions: [] })).toMatch(/^MalformedXML 400/)
  const many = Array.from({ length: 18 }, (_, n) => ({ Bucket: `bucket-${n}` }))
  expect(await create({ Regions: many })).toMatch(
    /^TooManyMultiRegionAccessPointregionsError 400: You have attempted to create a Multi-Region/,
  )
  const elsewhere = cloud.client(S3ControlClient, { region: "us-east-1" })
  expect(
    await refusalOf(elsewhere.send(new ListMultiRegionAccessPointsCommand({ AccountId }))),
  ).toBe(
    "PermanentRedirect 301: The API you are attempting to access must be addressed using the " +
      "specified endpoint. Please send all future requests to this endpoint.",
  )
  const RequestTokenARN = `arn:aws:s3:us-west-2:${AccountId}:async-request/mrap/create/none`
  const describe = new DescribeMultiRegionAccessPointOperationCommand({
    ...{ AccountId, RequestTokenARN },
  })
  expect(await refusalOf(control.send(describe))).toBe(
    "NoSuchAsyncRequest 404: The specified request was not found.",
  )
})

test("a client's token stands for one request", async () => {
  const { control } = await openMultiRegion()
  const create = (Name: string) =>
    control.send(
      new CreateMultiRegionAccessPointCommand({
        ...{ AccountId, ClientToken: "once" },
        Details: { Name, Regions },
      }),
    )
  const { RequestTokenARN } = await create("cats")
  expect((await create("cats")).RequestTokenARN).toBe(RequestTokenARN)
  expect(await refusalOf(create("dogs"))).toBe(
    "ClientTokenConflict 409: Your Multi-Region Access Point idempotency token was already used " +
      "for a different request.",
  )
})

test("an account has 100 of them at most", async () => {
  const { cloud, control } = await openMultiRegion(["us-east-1"])
  const create = (Name: string) =>
    control.send(
      new CreateMultiRegionAccessPointCommand({
        AccountId,
        Details: { Name, Regions: [{ Bucket: "us-east-1-cats" }] },
      }),
    )
  for (let n = 0; n < 100; n++) await create(`cats-${n}`)
  // Those count, too, that are only about to be made.
  expect(await refusalOf(create("cats-100"))).toMatch(/^TooManyMultiRegionAccessPoints 400/)
  await cloud.advance("1m")
  const { AccessPoints } = await control.send(new ListMultiRegionAccessPointsCommand({ AccountId }))
  expect(AccessPoints).toHaveLength(100)
  expect(await refusalOf(create("cats-100"))).toMatch(/^TooManyMultiRegionAccessPoints 400/)
})

test("a thousand requests are in work at most, and the oldest of a thousand that ended makes room", async () => {
  const { cloud, operation } = await openMultiRegion(["us-east-1"])
  const control = cloud.client(S3ControlClient, { region: "us-west-2", maxAttempts: 1 })
  const create = async (Name: string): Promise<string | undefined> => {
    const Details = { Name, Regions: [{ Bucket: "none" }] }
    const asked = new CreateMultiRegionAccessPointCommand({ AccountId, Details })
    return (await control.send(asked)).RequestTokenARN
  }
  const remove = async (): Promise<string | undefined> => {
    const asked = { AccountId, Details: { Name: "cats" } }
    const sent = await control.send(new DeleteMultiRegionAccessPointCommand(asked))
    return sent.RequestTokenARN
  }
  const oldest = await remove()
  await cloud.advance("1ms")
  for (let n = 0; n < 100; n += 1) await create(`cats-${n}`)
  const next = await remove()
  for (let n = 0; n < 898; n += 1) await remove()
  expect(await refusalOf(remove())).toBe("SlowDown 503: Please reduce your request rate.")
  await cloud.advance("1m")
  expect((await operation(oldest)).RequestStatus).toBe("FAILED")
  // What failed in the making has left its place.
  const last = await create("cats")
  expect(await refusalOf(operation(oldest))).toMatch(/^NoSuchAsyncRequest 404/)
  await cloud.advance("1m")
  for (const one of [next, last]) expect((await operation(one)).RequestStatus).toBe("FAILED")
})

test("its buckets stay as long as it does, and its name is free again when it is gone", async () => {
  const { cloud, control, s3, create, operation } = await openMultiRegion()
  await create()
  const { AccessPoint: first } = await control.send(new GetMultiRegionAccessPointCommand(NAMED))
  const drop = () => s3().send(new DeleteBucketCommand({ Bucket: bucketIn("us-east-1") }))
  expect(await refusalOf(drop())).toBe(
    "BucketHasAccessPointsAttached 400: The bucket you tried to delete has access points " +
      "attached. Delete your access points before deleting your bucket.",
  )
  const Details = { Name: "cats" }
  const gone = () => control.send(new DeleteMultiRegionAccessPointCommand({ AccountId, Details }))
  const { RequestTokenARN } = await gone()
  expect(RequestTokenARN).toContain(":async-request/mrap/delete/")
  await cloud.advance("1s")
  const get = () => control.send(new GetMultiRegionAccessPointCommand(NAMED))
  expect((await get()).AccessPoint?.Status).toBe("DELETING")
  const again = await gone()
  await cloud.advance("1m")
  expect((await operation(RequestTokenARN)).RequestStatus).toBe("SUCCEEDED")
  expect((await operation(again.RequestTokenARN)).ResponseDetails?.ErrorDetails?.Code).toBe(
    "MultiRegionAccessPointNotReady",
  )
  expect(await refusalOf(get())).toMatch(/^NoSuchMultiRegionAccessPoint 404/)
  const late = await gone()
  await cloud.advance("1m")
  expect((await operation(late.RequestTokenARN)).ResponseDetails?.ErrorDetails?.Code).toBe(
    "NoSuchMultiRegionAccessPoint",
  )
  expect((await create()).RequestStatus).toBe("SUCCEEDED")
  const second = await get()
  expect(second.AccessPoint?.Alias).not.toBe(first?.Alias)
  await gone()
  await cloud.advance("1m")
  expect(await refusalOf(drop())).toBe("no refusal")
})

test("a policy is proposed, then established", async () => {
  const { cloud, control, create, arn, putPolicy } = await openMultiRegion()
  await create()
  const get = () => control.send(new GetMultiRegionAccessPointPolicyCommand(NAMED))
  const status = () => control.send(new GetMultiRegionAccessPointPolicyStatusCommand(NAMED))
  expect(await refusalOf(get())).toMatch(/^NoSuchMultiRegionAccessPointPolicy 404/)
  expect(await refusalOf(status())).toMatch(/^NoSuchMultiRegionAccessPointPolicy 404/)
  const Resource = `${await arn()}/object/*`
  const read = { Effect: "Allow", Principal: { AWS: AccountId }, Action: "s3:GetObject", Resource }
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [read] })
  const put = (text: string) =>
    control.send(
      new PutMultiRegionAccessPointPolicyCommand({
        AccountId,
        Details: { Name: "cats", Policy: text },
      }),
    )
  await put(Policy)
  await cloud.advance("1s")
  expect((await get()).Policy).toEqual({ Proposed: { Policy } })
  const meanwhile = await putPolicy(read)
  expect(meanwhile.ResponseDetails?.ErrorDetails?.Code).toBe(
    "MultiRegionAccessPointModifiedByAnotherRequest",
  )
  expect((await get()).Policy).toEqual({ Established: { Policy }, Proposed: { Policy } })
  expect((await status()).Established?.IsPublic).toBe(false)
  const open = await putPolicy({ ...read, Principal: "*" })
  expect(open.ResponseDetails?.ErrorDetails).toMatchObject({
    ...{ Code: "AccessDenied", Message: "Access denied." },
  })
  const elsewhere = await putPolicy({ ...read, Resource: "arn:aws:s3:::us-east-1-cats/*" })
  expect(elsewhere.ResponseDetails?.ErrorDetails).toMatchObject({
    ...{ Code: "MalformedPolicy", Message: "Policy has invalid resource" },
  })
})

test("a public policy is taken where public policies are not blocked", async () => {
  const { control, create, arn, putPolicy } = await openMultiRegion()
  const PublicAccessBlock = { ...ALL, BlockPublicPolicy: false }
  await create({ PublicAccessBlock })
  const Resource = `${await arn()}/object/*`
  const open = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource }
  expect((await putPolicy(open)).RequestStatus).toBe("SUCCEEDED")
  const status = await control.send(new GetMultiRegionAccessPointPolicyStatusCommand(NAMED))
  expect(status.Established?.IsPublic).toBe(true)
})

test("who manages it must be allowed to, by its ARN", async () => {
  const { cloud, create, arn } = await openMultiRegion()
  await create()
  const { credentials, may } = await newUser(cloud.client(IAMClient), "ann")
  const ann = cloud.client(S3ControlClient, { region: "us-west-2", credentials })
  const allow = (Action: string[], Resource: string) => may({ Action, Resource })
  const get = () => refusalOf(ann.send(new GetMultiRegionAccessPointCommand(NAMED)))
  const Details = { Name: "dogs", Regions }
  const make = () =>
    refusalOf(ann.send(new CreateMultiRegionAccessPointCommand({ AccountId, Details })))
  const Arn = await arn()
  expect(await get()).toBe(
    "AccessDenied 403: User: arn:aws:iam::000000000000:user/ann is not authorized to perform: " +
      `s3:GetMultiRegionAccessPoint on resource: "${Arn}" because no identity-based policy ` +
      "allows the s3:GetMultiRegionAccessPoint action",
  )
  await allow(["s3:GetMultiRegionAccessPoint"], Arn)
  expect(await get()).toBe("no refusal")
  await allow(["s3:CreateMultiRegionAccessPoint"], `arn:aws:s3::${AccountId}:accesspoint/*`)
  expect(await make()).toMatch(/^AccessDenied 403.*s3:ListAllMyBuckets/)
  await allow(["s3:CreateMultiRegionAccessPoint", "s3:ListAllMyBuckets"], "*")
  expect(await make()).toBe("no refusal")
})

test("policies look at whose it is and which", async () => {
  const { cloud, control } = await openMultiRegion()
  const user = await newUser(cloud.client(IAMClient), "ann")
  const { credentials } = user
  await control.send(
    new CreateMultiRegionAccessPointCommand({ AccountId, Details: { Name: "cats", Regions } }),
  )
  await cloud.advance("1h")
  const ann = cloud.client(S3ControlClient, { credentials, region: "us-west-2" })
  const action = "s3:GetMultiRegionAccessPoint"
  const get = () => ann.send(new GetMultiRegionAccessPointCommand(NAMED))
  for (const [key, value] of [
    ["s3:DataAccessPointAccount", ACCOUNT],
    ["s3:AccessPointNetworkOrigin", "Internet"],
  ] as const)
    expect(await outcomesBy(user, { action, key, value }, get)).toEqual(OBEYED)
})
