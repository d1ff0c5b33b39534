import { DeleteUserPolicyCommand, IAMClient, UpdateAccessKeyCommand } from "@aws-sdk/client-iam"
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { getSignedUrl } from "@aws-sdk/s3-request-presigner"
import { expect, test } from "vitest"
import { NOW, type Answer } from "../../../gateway/testing/open-cloud.ts"
import { newUser } from "../../../gateway/testing/identity.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { signVersion2, stringToSignVersion2 } from "../../../protocols/sigv4/version2.ts"
import { openFront, type TestFront } from "../testing/open-front.ts"

const Bucket = "photos"
const ENDPOINT = { region: "us-east-1", endpoint: "http://localhost:4566" }

interface TestUser extends TestFront {
  readonly iam: IAMClient
  /** Keys of a user who may read and write objects. */
  readonly signer: S3Client
  readonly accessKeyId: string
  url(command: GetObjectCommand | PutObjectCommand, options?: object): Promise<string>
  visit(url: string, more?: object): Promise<Answer>
}

async function openUser(): Promise<TestUser> {
  const front = await openFront()
  await front.client.send(new CreateBucketCommand({ Bucket }))
  const iam = new IAMClient(gatewayConfig(front.cloud))
  const Action = ["s3:GetObject", "s3:PutObject", "s3:ListBucket"]
  const { credentials } = await newUser(iam, "ann", { Action, Resource: "*" })
  const { accessKeyId } = credentials
  const signer = new S3Client({ ...ENDPOINT, forcePathStyle: true, credentials })
  return {
    ...front,
    ...{ iam, signer, accessKeyId },
    url: (command, options = {}) =>
      getSignedUrl(signer, command, { signingDate: new Date(NOW), ...options }),
    visit(url, more = {}) {
      const { pathname, search } = new URL(url)
      return front.send({ path: pathname, query: search.slice(1), ...more })
    },
  }
}

const GET = new GetObjectCommand({ Bucket, Key: "a" })
const PUT = new PutObjectCommand({ Bucket, Key: "a" })

test("S3-130 who has the URL uploads and downloads with nothing else", async () => {
  const { url, visit } = await openUser()
  expect((await visit(await url(PUT), { method: "PUT", text: "hello" })).status).toBe(200)
  const { status, text } = await visit(await url(GET))
  expect([status, text]).toEqual([200, "hello"])
})

test("a URL can say with which headers the object is answered", async () => {
  const { url, visit } = await openUser()
  await visit(await url(PUT), { method: "PUT", text: "hello" })
  const command = new GetObjectCommand({
    ...{ Bucket, Key: "a", ResponseContentType: "text/plain", ResponseCacheControl: "no-cache" },
    ResponseContentDisposition: 'attachment; filename="b"',
  })
  const { headers } = await visit(await url(command))
  expect(headers).toMatchObject({
    "Content-Type": "text/plain",
    "Cache-Control": "no-cache",
    "Content-Disposition": 'attachment; filename="b"',
  })
})

test("what a URL says of metadata counts as its headers", async () => {
  const { url, visit, client } = await openUser()
  const put = new PutObjectCommand({ Bucket, Key: "a", Metadata: { color: "red" } })
  const signed = await url(put)
  expect(signed).toContain("x-amz-meta-color=red")
  expect((await visit(signed, { method: "PUT", text: "hello" })).status).toBe(200)
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: "a" }))
  expect(head.Metadata).toEqual({ color: "red" })
})

test("the checksum of nothing, which the SDK puts into URLs, is held against no body", async () => {
  const { url, visit, client } = await openUser()
  const signed = await url(PUT)
  expect(signed).toContain("x-amz-checksum-crc32=AAAAAA%3D%3D")
  expect((await visit(signed, { method: "PUT", text: "123456" })).status).toBe(200)
  const head = await client.send(
    new HeadObjectCommand({ Bucket, Key: "a", ChecksumMode: "ENABLED" }),
  )
  expect(head).toMatchObject({ ChecksumCRC64NVME: "CVmbZh4IWzA=", ChecksumType: "FULL_OBJECT" })
  expect(head.ChecksumCRC32).toBeUndefined()
  const other = signed.replace("AAAAAA%3D%3D", "BBBBBB%3D%3D")
  expect((await visit(other, { method: "PUT", text: "123456" })).status).toBe(403)
})

test("S3-131 the URL can do what its signer may when it is used", async () => {
  const { url, visit, iam, accessKeyId } = await openUser()
  const [put, get] = [await url(PUT), await url(GET)]
  await visit(put, { method: "PUT", text: "hello" })
  expect((await visit(get)).status).toBe(200)
  const key = { UserName: "ann", AccessKeyId: accessKeyId }
  await iam.send(new UpdateAccessKeyCommand({ ...key, Status: "Inactive" }))
  const disabled = await visit(get)
  expect([disabled.status, disabled.text]).toEqual([
    403,
    expect.stringContaining("<Code>InvalidAccessKeyId</Code>"),
  ])
  await iam.send(new UpdateAccessKeyCommand({ ...key, Status: "Active" }))
  await iam.send(new DeleteUserPolicyCommand({ UserName: "ann", PolicyName: "p" }))
  const denied = await visit(get)
  expect([denied.status, denied.text]).toEqual([
    403,
    expect.stringContaining("no identity-based policy allows the s3:GetObject action"),
  ])
})

test("S3-132 a URL ends when it says, and no later than after seven days", async () => {
  const { url, visit } = await openUser()
  await visit(await url(PUT), { method: "PUT", text: "hello" })
  const made = (secondsAgo: number, expiresIn: number) =>
    url(GET, { signingDate: new Date(NOW - secondsAgo * 1000), expiresIn })
  expect((await visit(await made(3599, 3600))).status).toBe(200)
  const late = await visit(await made(3601, 3600))
  expect([late.status, late.text]).toEqual([
    403,
    expect.stringContaining("<Code>AccessDenied</Code><Message>Request has expired</Message>"),
  ])
  expect((await visit(await made(604_799, 604_800))).status).toBe(200)
  const forever = (await made(0, 604_800)).replace("X-Amz-Expires=604800", "X-Amz-Expires=604801")
  const { status, text } = await visit(forever)
  expect(status).toBe(400)
  expect(text).toContain("X-Amz-Expires must be less than a week")
})

test("S3-133 one can sign for what is not there, or what one may not do", async () => {
  const { url, visit, iam } = await openUser()
  const get = await url(GET)
  const missing = await visit(get)
  expect([missing.status, missing.text]).toEqual([404, expect.stringContaining("NoSuchKey")])
  await iam.send(new DeleteUserPolicyCommand({ UserName: "ann", PolicyName: "p" }))
  expect((await visit(get)).status).toBe(403)
})

test("S3-134 with another method, key, parameter or signed header the signature does not match", async () => {
  const { url, visit } = await openUser()
  const signed = await url(GET)
  const answers = [
    await visit(signed, { method: "PUT", text: "x" }),
    await visit(signed.replace("/photos/a", "/photos/b")),
    await visit(signed.replace("X-Amz-Expires=900", "X-Amz-Expires=901")),
    await visit(signed, { headers: { host: "photos.localhost" } }),
  ]
  for (const { status, text } of answers)
    expect([status, text]).toEqual([
      403,
      expect.stringContaining("<Code>SignatureDoesNotMatch</Code>"),
    ])
})

/** As boto3 signs in us-east-1 unless told otherwise. */
async function urlOfVersion2(
  { accessKeyId, signer }: TestUser,
  { method = "GET", path = "/photos/a", query = "", expires = NOW / 1000 + 60 },
): Promise<string> {
  const { secretAccessKey } = await signer.config.credentials()
  const text = stringToSignVersion2(
    { method, headers: {}, query },
    { path, expires: String(expires) },
  )
  const signed = new URLSearchParams(query)
  signed.set("AWSAccessKeyId", accessKeyId)
  signed.set("Signature", signVersion2(secretAccessKey, text))
  signed.set("Expires", String(expires))
  return `http://localhost:4566${path}?${signed}`
}

test("URLs of Signature Version 2 work as well, as they do in us-east-1", async () => {
  const user = await openUser()
  const put = await urlOfVersion2(user, { method: "PUT", query: "content-type=text%2Fplain" })
  expect((await user.visit(put, { method: "PUT", text: "hello" })).status).toBe(200)
  const get = await urlOfVersion2(user, { query: "response-content-type=text%2Fcss" })
  const answer = await user.visit(get)
  expect([answer.status, answer.text, answer.headers["Content-Type"]]).toEqual([
    ...[200, "hello", "text/css"],
  ])
  const late = await user.visit(await urlOfVersion2(user, { expires: NOW / 1000 - 1 }))
  expect([late.status, late.text]).toEqual([403, expect.stringContaining("Request has expired")])
  const other = await user.visit(get.replace("/photos/a", "/photos/b"))
  expect([other.status, other.text]).toEqual([
    403,
    expect.stringContaining("<Code>SignatureDoesNotMatch</Code>"),
  ])
})

test("a URL of version 2 names no Region: it reaches a bucket where version 2 is known", async () => {
  const user = await openUser()
  const at = (LocationConstraint: "eu-west-1" | "eu-central-1") =>
    user.client.send(
      new CreateBucketCommand({
        ...{
          Bucket: `in-${LocationConstraint}`,
          CreateBucketConfiguration: { LocationConstraint },
        },
      }),
    )
  await at("eu-west-1")
  await at("eu-central-1")
  const put = async (path: string) => {
    const url = await urlOfVersion2(user, { method: "PUT", path })
    return (await user.visit(url, { method: "PUT", text: "hello" })).status
  }
  expect([await put("/in-eu-west-1/a"), await put("/in-eu-central-1/a")]).toEqual([200, 301])
})

test("the example of AWS's documentation has the signature that it shows", () => {
  const get = { method: "GET", headers: {}, query: "" }
  const text = stringToSignVersion2(get, {
    path: "/johnsmith/photos/puppy.jpg",
    expires: "1175139620",
  })
  expect(text).toBe("GET\n\n\n1175139620\n/johnsmith/photos/puppy.jpg")
  expect(signVersion2("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", text)).toBe(
    "NpgCjnDzrM+WFzoENXmpNDUsSn8=",
  )
})
