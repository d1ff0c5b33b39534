import { IAMClient } from "@aws-sdk/client-iam"
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketOwnershipControlsCommand,
  PutBucketVersioningCommand,
  RestoreObjectCommand,
  S3Client,
  type RestoreRequest,
  type S3Location,
  type SelectParameters,
  type StorageClass,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { newUser } from "../../../../gateway/testing/identity.ts"
import { openBucket, openCloud, refusalOf } from "../../testing/open-bucket.ts"

const PEOPLE = "name,age\nann,41\nbob,17\nzoe,35\n"
const PARAMETERS: SelectParameters = {
  ExpressionType: "SQL",
  Expression: "SELECT s.name FROM object s WHERE CAST(s.age AS INT) > 30",
  InputSerialization: { CSV: { FileHeaderInfo: "USE" } },
  OutputSerialization: { CSV: {} },
}

async function openArchive(StorageClass: StorageClass = "GLACIER", text = PEOPLE) {
  const cloud = await openCloud()
  const bucket = await openBucket("archive", { cloud })
  const { client, put } = bucket
  await client.send(new CreateBucketCommand({ Bucket: "output" }))
  await put("people.csv", text, { StorageClass })
  const request = (
    more: Partial<RestoreRequest> = {},
    location: Partial<S3Location> = {},
  ): RestoreObjectCommand =>
    new RestoreObjectCommand({
      ...{ Bucket: "archive", Key: "people.csv" },
      RestoreRequest: {
        ...{ Type: "SELECT", SelectParameters: PARAMETERS },
        OutputLocation: { S3: { BucketName: "output", Prefix: "my-prefix", ...location } },
        ...more,
      },
    })
  const list = async () => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: "output" }))
    return Contents.map(({ Key = "" }) => Key)
  }
  const read = async (Key: string) =>
    (await client.send(new GetObjectCommand({ Bucket: "output", Key }))).Body?.transformToString()
  const start = async (...asked: Parameters<typeof request>) => {
    const sent = await client.send(request(...asked))
    expect(sent.$metadata.httpStatusCode).toBe(202)
    return sent.RestoreOutputPath ?? ""
  }
  return { ...bucket, cloud, request, list, read, start }
}

test("S3-139 a restore request queries what is archived, and writes what it finds to a bucket", async () => {
  const { cloud, client, list, read, start } = await openArchive()
  const path = await start()
  expect(path).toMatch(/^my-prefix\/[0-9a-f]{64}$/)
  // The placeholder is there at once, and nothing else before the archive's bytes are.
  expect(await list()).toEqual([`${path}/job.txt`])
  expect(JSON.parse((await read(`${path}/job.txt`)) ?? "")).toMatchObject({
    ...{ Action: "Select", StatusCode: "InProgress", Tier: "Standard", Key: "people.csv" },
    SelectParameters: { Expression: PARAMETERS.Expression },
  })
  await cloud.advance("4h")
  expect(await list()).toHaveLength(1)
  await cloud.advance("1h")
  const keys = await list()
  expect(keys.map((key) => key.replace(/results\/[0-9a-f]{32}$/, "results/…"))).toEqual([
    `${path}/job.txt`,
    `${path}/result_manifest.txt`,
    `${path}/results/…`,
  ])
  expect(await read(keys[2] ?? "")).toBe("ann\nzoe\n")
  expect(await read(`${path}/result_manifest.txt`)).toBe(`s3://output/${keys[2]}\n`)
  // The object itself stays as it was.
  const head = await client.send(new HeadObjectCommand({ Bucket: "archive", Key: "people.csv" }))
  expect([head.StorageClass, head.Restore]).toEqual(["GLACIER", undefined])
})

test.each([
  ["GLACIER", "Expedited", "4m", "1m"],
  ["GLACIER", "Bulk", "11h", "1h"],
  ["DEEP_ARCHIVE", "Standard", "11h", "1h"],
  ["DEEP_ARCHIVE", "Bulk", "47h", "1h"],
] as const)("of %s, %s takes as long as a restore", async (name, Tier, before, rest) => {
  const { cloud, list, start } = await openArchive(name)
  await start({ Tier })
  await cloud.advance(before)
  expect(await list()).toHaveLength(1)
  await cloud.advance(rest)
  expect(await list()).toHaveLength(3)
})

test("what the query meets later is told among the errors", async () => {
  const { cloud, list, read, start } = await openArchive("GLACIER", "name,age\nann,old\n")
  const path = await start({ Tier: "Expedited" }, { Prefix: "" })
  await cloud.advance("5m")
  const [errors = "", manifest = "", ...rest] = (await list()).slice(0)
  expect([errors, manifest, rest].flat()).toEqual([
    `${path}/error_manifest.txt`,
    expect.stringMatching(/\/errors\/[0-9a-f]{32}$/),
    `${path}/job.txt`,
  ])
  expect(await read(errors)).toBe(`s3://output/${manifest}\n`)
  expect(await read(manifest)).toMatch(/^CastFailed: /)
})

test("an object that has gone meanwhile, or is another, is an error", async () => {
  const { cloud, client, list, put, start } = await openArchive()
  await start({ Tier: "Expedited" })
  await start({ Tier: "Bulk" })
  await put("people.csv", PEOPLE, { StorageClass: "GLACIER" })
  await cloud.advance("5m")
  await client.send(new DeleteObjectCommand({ Bucket: "archive", Key: "people.csv" }))
  await cloud.advance("12h")
  const keys = await list()
  expect(keys.filter((key) => key.includes("/error_manifest.txt"))).toHaveLength(2)
  expect(keys.filter((key) => key.includes("/result"))).toEqual([])
})

test("the output has the encryption, class, tags, metadata and grants of its location", async () => {
  const { cloud, client, list, start } = await openArchive()
  const { KeyMetadata } = await cloud.client(KMSClient).send(new CreateKeyCommand({}))
  const Rules = [{ ObjectOwnership: "BucketOwnerPreferred" as const }]
  await client.send(
    new PutBucketOwnershipControlsCommand({ Bucket: "output", OwnershipControls: { Rules } }),
  )
  const archived = new GetObjectAclCommand({ Bucket: "archive", Key: "people.csv" })
  const { Owner } = await client.send(archived)
  await start(
    { Tier: "Expedited" },
    {
      Encryption: { EncryptionType: "aws:kms", KMSKeyId: KeyMetadata?.KeyId },
      StorageClass: "STANDARD_IA",
      Tagging: { TagSet: [{ Key: "a b", Value: "c=d" }] },
      UserMetadata: [{ Name: "color", Value: "red" }],
      AccessControlList: [
        {
          Grantee: { Type: "CanonicalUser", ID: Owner?.ID },
          Permission: "READ_ACP",
        },
      ],
    },
  )
  await cloud.advance("5m")
  const keys = await list()
  expect(keys).toHaveLength(3)
  for (const Key of keys) {
    const at = { Bucket: "output", Key }
    expect(await client.send(new HeadObjectCommand(at))).toMatchObject({
      ...{ ServerSideEncryption: "aws:kms", SSEKMSKeyId: KeyMetadata?.Arn },
      ...{ StorageClass: "STANDARD_IA", Metadata: { color: "red" } },
    })
    const { TagSet } = await client.send(new GetObjectTaggingCommand(at))
    expect(TagSet).toEqual([{ Key: "a b", Value: "c=d" }])
    const { Grants } = await client.send(new GetObjectAclCommand(at))
    expect(Grants?.map(({ Permission }) => Permission)).toEqual(["READ_ACP"])
  }
})

test("a version is queried that has been replaced, by the right to read versions", async () => {
  const { cloud, client, put, list, request } = await openArchive()
  const VersioningConfiguration = { Status: "Enabled" as const }
  await client.send(new PutBucketVersioningCommand({ Bucket: "archive", VersioningConfiguration }))
  const { VersionId } = await put("people.csv", PEOPLE, { StorageClass: "GLACIER" })
  await put("people.csv", "other")
  const { input } = request({ Tier: "Expedited" })
  await client.send(new RestoreObjectCommand({ ...input, VersionId }))
  await cloud.advance("5m")
  expect((await list()).some((key) => key.includes("/results/"))).toBe(true)
})

test("large results come in parts that the manifest names in order", async () => {
  const line = `${"x".repeat(1_000)}\n`
  const { cloud, list, read, start } = await openArchive("GLACIER", line.repeat(20_000))
  const parameters = {
    ...PARAMETERS,
    Expression: "SELECT * FROM archive",
    InputSerialization: { CSV: {} },
  }
  const path = await start({ Tier: "Expedited", SelectParameters: parameters })
  await cloud.advance("5m")
  const manifest = (await read(`${path}/result_manifest.txt`)) ?? ""
  const keys = manifest
    .trimEnd()
    .split("\n")
    .map((one) => one.replace("s3://output/", ""))
  expect(keys).toHaveLength(2)
  expect((await list()).toSorted()).toEqual(
    [`${path}/job.txt`, `${path}/result_manifest.txt`, ...keys].toSorted(),
  )
  const texts = await Promise.all(keys.map(read))
  expect(texts.join("") === line.repeat(20_000)).toBe(true)
})

test("what cannot be asked for is refused at once, and leaves nothing", async () => {
  const { client, list, request, put } = await openArchive()
  const ask = (...asked: Parameters<typeof request>) => refusalOf(client.send(request(...asked)))
  const select = (more: Partial<SelectParameters>) =>
    ask({ SelectParameters: { ...PARAMETERS, ...more } })
  expect(await ask({ Days: 3 })).toMatch(/^MalformedXML 400/)
  expect(await ask({ GlacierJobParameters: { Tier: "Bulk" } })).toMatch(/^MalformedXML 400/)
  expect(await ask({ SelectParameters: undefined })).toMatch(/^MalformedXML 400/)
  expect(await ask({ OutputLocation: undefined })).toMatch(/^MalformedXML 400/)
  expect(await ask({ Type: undefined })).toMatch(/^MalformedXML 400/)
  expect(await ask({ Tier: "Sometime" as "Bulk" })).toMatch(/^(InvalidArgument|MalformedXML) 400/)
  expect(await ask({}, { Prefix: "x".repeat(600) })).toMatch(/^InvalidRequest 400/)
  expect(await ask({}, { BucketName: "none" })).toMatch(/^NoSuchBucket 404/)
  expect(await select({ Expression: "SELECT FROM" })).toMatch(/^Parse\w+ 400/)
  expect(await select({ Expression: "SELECT COUNT(*) FROM object" })).toMatch(/^Unsupported/)
  expect(await select({ Expression: "SELECT * FROM object LIMIT 1" })).toMatch(/^Unsupported/)
  expect(await select({ InputSerialization: { JSON: { Type: "LINES" } } })).toMatch(
    /^InvalidDataSource 400/,
  )
  expect(await select({ InputSerialization: { CSV: {}, CompressionType: "GZIP" } })).toMatch(
    /^InvalidCompressionFormat 400/,
  )
  await put("people.csv", PEOPLE)
  expect(await ask()).toMatch(/^InvalidObjectState 403/)
  expect(await list()).toEqual([])
})

test("both rights are needed, and everything is done with the caller's", async () => {
  const { cloud, client, list, request } = await openArchive()
  const { credentials, may } = await newUser(cloud.client(IAMClient), "ann")
  const ann = cloud.client(S3Client, { forcePathStyle: true, credentials })
  const allow = (...Action: string[]) => may({ Action, Resource: "*" })
  const ask = () => refusalOf(ann.send(request({ Tier: "Expedited" })))
  await allow("s3:RestoreObject", "s3:PutObject")
  expect(await ask()).toMatch(/AccessDenied 403.*s3:GetObject/)
  await allow("s3:GetObject", "s3:PutObject")
  expect(await ask()).toMatch(/AccessDenied 403.*s3:RestoreObject/)
  await allow("s3:RestoreObject", "s3:GetObject")
  expect(await ask()).toMatch(/AccessDenied 403.*s3:PutObject/)
  expect(await list()).toEqual([])
  await allow("s3:RestoreObject", "s3:GetObject", "s3:PutObject")
  expect(await ask()).toBe("no refusal")
  await allow("s3:RestoreObject", "s3:PutObject")
  await cloud.advance("5m")
  const [, errors = ""] = await list()
  const { Body } = await client.send(new GetObjectCommand({ Bucket: "output", Key: errors }))
  expect(await Body?.transformToString()).toMatch(/^AccessDenied: /)
})
