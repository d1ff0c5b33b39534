import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  S3Client,
  type BucketLocationConstraint,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { request, signed } from "../../../gateway/testing/open-cloud.ts"
import { openFront } from "../testing/open-front.ts"
import { openBucket, openCloud, refusalOf } from "../testing/open-bucket.ts"

const clientIn = (cloud: Awaited<ReturnType<typeof openCloud>>, region: string) =>
  cloud.client(S3Client, { region, forcePathStyle: true })

test("S3-1 a bucket lives in the Region that it was made in, and GetBucketLocation says which", async () => {
  const cloud = await openCloud()
  const [east, west] = [clientIn(cloud, "us-east-1"), clientIn(cloud, "eu-west-1")]
  await east.send(new CreateBucketCommand({ Bucket: "at-home" }))
  await west.send(
    new CreateBucketCommand({
      Bucket: "abroad",
      CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
    }),
  )
  const locationOf = async (Bucket: string) =>
    (await east.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint
  expect([await locationOf("at-home"), await locationOf("abroad")]).toEqual([
    undefined,
    "eu-west-1",
  ])
  expect((await west.send(new HeadBucketCommand({ Bucket: "abroad" }))).BucketRegion).toBe(
    "eu-west-1",
  )
  const redirect = await east
    .send(new HeadBucketCommand({ Bucket: "abroad" }))
    .catch((error: unknown) => error)
  expect(redirect).toMatchObject({
    $metadata: { httpStatusCode: 301 },
    $response: { headers: { "x-amz-bucket-region": "eu-west-1" } },
  })
})

test("EU is eu-west-1's first name, and stays the location of what was made by it", async () => {
  const west = clientIn(await openCloud(), "eu-west-1")
  const CreateBucketConfiguration = { LocationConstraint: "EU" as const }
  await west.send(new CreateBucketCommand({ Bucket: "old", CreateBucketConfiguration }))
  const { LocationConstraint } = await west.send(new GetBucketLocationCommand({ Bucket: "old" }))
  expect(LocationConstraint).toBe("EU")
  expect((await west.send(new HeadBucketCommand({ Bucket: "old" }))).BucketRegion).toBe("eu-west-1")
})

test("who signs for no Region of S3's is told the oldest", async () => {
  const { send } = await openFront()
  const put = request({ method: "PUT", path: "/photos" })
  const { status, text } = await send(signed(put, { service: "s3", region: "aws-global" }))
  expect(status).toBe(400)
  expect(text).toContain("<Code>AuthorizationHeaderMalformed</Code>")
  expect(text).toContain("the region 'aws-global' is wrong; expecting 'us-east-1'")
})

test("HEAD and lists of a bucket tell its Region in a header; the owner stands before the buckets", async () => {
  const { send } = await openFront()
  const ask = (method: string, path: string, query = "") =>
    send(signed(request({ method, path, query }), { service: "s3" }))
  await ask("PUT", "/photos")
  const region = { "x-amz-bucket-region": "us-east-1" }
  const head = await ask("HEAD", "/photos")
  expect(head.headers).toMatchObject({ ...region, "Content-Type": "application/xml" })
  for (const query of ["", "list-type=2"])
    expect((await ask("GET", "/photos", query)).headers).toMatchObject(region)
  expect((await ask("GET", "/")).text).toMatch(/<Owner>.*<Buckets>/)
  await ask("PUT", "/photos/a")
  for (const [query, entry] of [
    ["", "Contents"],
    ["list-type=2", "Contents"],
    ["versions", "Version"],
  ])
    expect((await ask("GET", "/photos", query)).text).toMatch(new RegExp(`<Name>.*<${entry}>`))
})

test("a Region makes buckets of its own only, and has to be asked for it", async () => {
  const cloud = await openCloud()
  const make = (region: string, constraint?: string) =>
    refusalOf(
      clientIn(cloud, region).send(
        new CreateBucketCommand({
          Bucket: "photos",
          ...(constraint !== undefined && {
            CreateBucketConfiguration: {
              LocationConstraint: constraint as BucketLocationConstraint,
            },
          }),
        }),
      ),
    )
  const illegal = (name: string) =>
    `IllegalLocationConstraintException 400: The ${name} location constraint is incompatible for ` +
    "the region specific endpoint this request was sent to."
  expect(await make("eu-west-1", "eu-central-1")).toBe(illegal("eu-central-1"))
  // The SDK fills in the client's Region where none is given.
  expect(await make("us-east-1", "us-east-1")).toBe(
    "InvalidLocationConstraint 400: The specified location-constraint is not valid",
  )
  expect(await make("us-east-1", "mars-1")).toBe(
    "InvalidLocationConstraint 400: The specified location-constraint is not valid",
  )
})

test("S3-2 a name is unique over all accounts and Regions", async () => {
  const { cloud, client } = await openBucket()
  const other = cloud.client(S3Client, {
    forcePathStyle: true,
    credentials: { accessKeyId: "111122223333", secretAccessKey: "x" },
  })
  expect(await refusalOf(other.send(new CreateBucketCommand({ Bucket: "photos" })))).toMatch(
    /^BucketAlreadyExists 409: The requested bucket name is not available\./,
  )
  expect((await client.send(new CreateBucketCommand({ Bucket: "photos" }))).Location).toBe(
    "/photos",
  )
  expect(
    await refusalOf(
      clientIn(cloud, "eu-west-1").send(
        new CreateBucketCommand({
          Bucket: "photos",
          CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
        }),
      ),
    ),
  ).toBe(
    "BucketAlreadyOwnedByYou 409: Your previous request to create the named bucket succeeded and " +
      "you already own it.",
  )
})

test("us-east-1 makes a bucket again, unless the request has tags for it", async () => {
  const { client, Bucket } = await openBucket()
  const again = (...Tags: { Key: string; Value: string }[]) => {
    const CreateBucketConfiguration = { Tags }
    return refusalOf(client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration })))
  }
  expect(await again()).toBe("no refusal")
  expect(await again({ Key: "a", Value: "b" })).toMatch(/^BucketAlreadyOwnedByYou 409/)
  expect(await again({ Key: "aws:a", Value: "b" })).toBe(
    'InvalidTag 400: User-defined tag keys can\'t start with "aws:". This prefix is reserved for ' +
      'system tags. Remove "aws:" from your tag keys and try again.',
  )
})

test("S3-3 names follow AWS's rules", async () => {
  const cloud = await openCloud()
  const client = clientIn(cloud, "us-east-1")
  const make = (Bucket: string) => refusalOf(client.send(new CreateBucketCommand({ Bucket })))
  for (const good of ["abc", "a.b-c9", "9".repeat(63)]) expect(await make(good)).toBe("no refusal")
  for (const bad of [
    ...[
      "ab",
      "a".repeat(64),
      "Abc",
      "-abc",
      "abc-",
      "a..b",
      "a.-b",
      "a-.b",
      "192.168.0.1",
      "xn--abc",
    ],
    ...["abc-s3alias", "under_score"],
  ])
    expect(await make(bad)).toBe("InvalidBucketName 400: The specified bucket is not valid.")
})

test("S3-17 an account has no more buckets than its quota", async () => {
  const { cloud, client } = await openBucket()
  await cloud.setQuota({ service: "s3", quota: "L-DC2B2D3D", value: 2 })
  await client.send(new CreateBucketCommand({ Bucket: "second" }))
  expect(await refusalOf(client.send(new CreateBucketCommand({ Bucket: "third" })))).toBe(
    "TooManyBuckets 400: You have attempted to create more buckets than allowed",
  )
})

test("S3-18 a bucket with an object in it is not deleted", async () => {
  const { client, Bucket, put } = await openBucket()
  await put("a", "x")
  expect(await refusalOf(client.send(new DeleteBucketCommand({ Bucket })))).toBe(
    "BucketNotEmpty 409: The bucket you tried to delete is not empty",
  )
})

test("a deleted bucket is gone, and its name is free", async () => {
  const { client, Bucket, put } = await openBucket()
  await client.send(new DeleteBucketCommand({ Bucket }))
  expect(await refusalOf(put("a"))).toBe("NoSuchBucket 404: The specified bucket does not exist")
  await client.send(new CreateBucketCommand({ Bucket }))
  await put("a")
})

test("lists are the caller's own, paged, by prefix and by Region", async () => {
  const { cloud, client } = await openBucket("b-1")
  for (const Bucket of ["a-1", "b-2", "b-3"]) await client.send(new CreateBucketCommand({ Bucket }))
  const list = async (input: object) => {
    const { Buckets = [], ContinuationToken } = await client.send(new ListBucketsCommand(input))
    return { names: Buckets.map(({ Name }) => Name), ContinuationToken }
  }
  expect((await list({})).names).toEqual(["a-1", "b-1", "b-2", "b-3"])
  const first = await list({ Prefix: "b", MaxBuckets: 2 })
  expect(first.names).toEqual(["b-1", "b-2"])
  const { ContinuationToken } = first
  expect((await list({ Prefix: "b", MaxBuckets: 2, ContinuationToken })).names).toEqual(["b-3"])
  expect((await list({ BucketRegion: "eu-west-1" })).names).toEqual([])
  expect((await list({ ContinuationToken: "", MaxBuckets: 1 })).names).toEqual(["a-1"])
  const other = cloud.client(S3Client, {
    credentials: { accessKeyId: "111122223333", secretAccessKey: "x" },
  })
  expect((await other.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([])
})

test("an account has names of its own in each Region, which nobody else can take", async () => {
  const cloud = await openCloud()
  const client = clientIn(cloud, "us-east-1")
  const make = (Bucket: string, BucketNamespace?: "account-regional") =>
    refusalOf(
      client.send(new CreateBucketCommand({ Bucket, ...(BucketNamespace && { BucketNamespace }) })),
    )
  const own = "logs-000000000000-us-east-1-an"
  const invalid = "InvalidBucketName 400: The specified bucket is not valid."
  expect(await make(own)).toBe(invalid)
  const begin =
    "InvalidBucketNamespace 400: The requested bucket is an account-regional namespace bucket, but the "
  expect(await make("logs-111122223333-us-east-1-an", "account-regional")).toBe(
    `${begin}requested AWS Account ID '111122223333' does not match the caller's AWS Account ID ` +
      "'000000000000'. Specify the caller's AWS Account ID in the bucket name.",
  )
  expect(await make("logs-000000000000-eu-west-1-an", "account-regional")).toBe(
    `${begin}requested region 'eu-west-1' does not match the current region 'us-east-1'. Specify the ` +
      "targeted region in the bucket name.",
  )
  for (const name of ["logs", "xyz-an"])
    expect(await make(name, "account-regional")).toBe(
      `${begin}bucket name does not end with -000000000000-us-east-1-an. Specify the targeted account ` +
        "and region in the bucket name.",
    )
  expect(await make(own, "account-regional")).toBe("no refusal")
})
