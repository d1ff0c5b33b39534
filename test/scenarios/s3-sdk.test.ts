import { randomBytes } from "node:crypto"
import { Readable } from "node:stream"
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
} from "@aws-sdk/client-iam"
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3"
import { Upload, type Options, type Progress } from "@aws-sdk/lib-storage"
import { createPresignedPost } from "@aws-sdk/s3-presigned-post"
import { getSignedUrl } from "@aws-sdk/s3-request-presigner"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { createCloud } from "../../src/index.ts"
import { removeFolder, startCloud } from "./server.ts"

const Bucket = "photos"
const MIB = 1024 * 1024
const PART_BYTES = 5 * MIB
const BODY = randomBytes(12 * MIB + 345)

/** A stream whose length nobody knows, in odd pieces. */
const stream = (fail?: (sent: number) => void): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0; at < BODY.length; at += 300_007) {
        fail?.(at)
        yield BODY.subarray(at, at + 300_007)
      }
    })(),
    { objectMode: false },
  )

type Signable = PutObjectCommand | GetObjectCommand | HeadObjectCommand | UploadPartCommand

interface Side {
  /** Empty in the process. */
  readonly url: string
  readonly client: S3Client
  stop(): Promise<void>
}

async function openHttp(): Promise<Side> {
  const cloud = await startCloud()
  const client = new S3Client({
    ...{ endpoint: cloud.url, region: "us-east-1", forcePathStyle: true },
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  })
  return {
    ...{ client, url: cloud.url },
    async stop() {
      client.destroy()
      await cloud.stop()
      removeFolder(cloud.data)
    },
  }
}

async function openInside(): Promise<Side> {
  const cloud = await createCloud()
  return {
    ...{ client: cloud.client(S3Client, { forcePathStyle: true }), url: "" },
    async stop() {
      await cloud.close()
      expect(cloud.reports).toEqual([])
    },
  }
}

const SIDES = { "over HTTP": openHttp, "in the process": openInside }

describe.each(Object.keys(SIDES) as (keyof typeof SIDES)[])(
  "lib-storage %s",
  { timeout: 400_000 },
  (name) => {
    let side: Side
    beforeAll(async () => {
      side = await SIDES[name]()
      await side.client.send(new CreateBucketCommand({ Bucket }))
    })
    afterAll(() => side.stop())

    const upload = (Key: string, Body: Readable | Buffer, more: Partial<Options> = {}): Upload =>
      new Upload({ client: side.client, params: { Bucket, Key, Body }, ...more })
    const read = async (Key: string): Promise<Buffer> => {
      const { Body } = await side.client.send(new GetObjectCommand({ Bucket, Key }))
      return Buffer.from((await Body?.transformToByteArray()) ?? [])
    }
    const uploadsOf = async (Key: string): Promise<string[]> => {
      const { Uploads = [] } = await side.client.send(
        new ListMultipartUploadsCommand({ Bucket, Prefix: Key }),
      )
      return Uploads.map(({ UploadId = "" }) => UploadId)
    }
    const isThere = async (Prefix: string): Promise<boolean> =>
      (await side.client.send(new ListObjectsV2Command({ Bucket, Prefix }))).KeyCount === 1

    test("a stream of unknown length goes up in parts and tells its progress", async () => {
      const told: Progress[] = []
      const one = upload("stream", stream(), {
        ...{ partSize: PART_BYTES, queueSize: 2, tags: [{ Key: "color", Value: "red" }] },
        params: { Bucket, Key: "stream", Body: stream(), ContentType: "video/mp4" },
      })
      one.on("httpUploadProgress", (progress) => told.push(progress))
      const { ETag, Location } = await one.done()
      expect(ETag).toMatch(/^"[0-9a-f]{32}-3"$/)
      expect(Location).toMatch(/photos\/stream$/)
      expect((await read("stream")).equals(BODY)).toBe(true)
      const head = await side.client.send(new HeadObjectCommand({ Bucket, Key: "stream" }))
      expect(head.ContentType).toBe("video/mp4")
      const tags = await side.client.send(new GetObjectTaggingCommand({ Bucket, Key: "stream" }))
      expect(tags.TagSet).toEqual([{ Key: "color", Value: "red" }])
      expect(told.map(({ part = 0 }) => part).toSorted((one, other) => one - other)).toEqual([
        1, 2, 3,
      ])
      expect(told.at(-1)?.loaded).toBe(BODY.length)
      expect(await uploadsOf("stream")).toEqual([])
    })

    test("what is small, or empty, goes up in one request", async () => {
      for (const size of [0, 10]) {
        const body = BODY.subarray(0, size)
        const { ETag } = await upload(`small-${size}`, Readable.from([body])).done()
        expect(ETag).toMatch(/^"[0-9a-f]{32}"$/)
        expect((await read(`small-${size}`)).equals(body)).toBe(true)
      }
    })

    test("an upload that is aborted takes its parts with it", async () => {
      const one = upload(
        "aborted",
        stream((sent) => {
          if (sent > 11 * MIB) void one.abort()
        }),
        { partSize: PART_BYTES, queueSize: 1 },
      )
      await expect(one.done()).rejects.toMatchObject({ name: "AbortError" })
      // The package does not wait for what it cleans up.
      await expect.poll(() => uploadsOf("aborted")).toEqual([])
      expect(await isThere("aborted")).toBe(false)
    })

    test("parts are left on demand, and whoever knows the upload goes on with them", async () => {
      const failing = stream((sent) => {
        if (sent > 11 * MIB) throw new Error("the disk is gone")
      })
      const settings = { partSize: PART_BYTES, queueSize: 1, leavePartsOnError: true }
      await expect(upload("left", failing, settings).done()).rejects.toThrow("the disk is gone")
      const [UploadId = ""] = await uploadsOf("left")
      const { Parts = [] } = await side.client.send(
        new ListPartsCommand({ Bucket, Key: "left", UploadId }),
      )
      expect(Parts.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
        [1, PART_BYTES],
        [2, PART_BYTES],
      ])
      expect(await isThere("left")).toBe(false)
    })

    test("parts are not left where an upload fails", async () => {
      const failing = stream((sent) => {
        if (sent > 11 * MIB) throw new Error("the disk is gone")
      })
      const settings = { partSize: PART_BYTES, queueSize: 1 }
      await expect(upload("failed", failing, settings).done()).rejects.toThrow("the disk is gone")
      expect([await isThere("failed"), await uploadsOf("failed")]).toEqual([false, []])
    })
  },
)

describe("the presigners over HTTP", { timeout: 400_000 }, () => {
  let side: Side
  let signer: S3Client
  beforeAll(async () => {
    side = await openHttp()
    await side.client.send(new CreateBucketCommand({ Bucket }))
    // Signatures of keys that were made here are checked.
    const iam = new IAMClient({
      ...{ endpoint: side.url, region: "us-east-1" },
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    })
    await iam.send(new CreateUserCommand({ UserName: "ann" }))
    const PolicyArn = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
    await iam.send(new AttachUserPolicyCommand({ UserName: "ann", PolicyArn }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "ann" }))
    const { AccessKeyId = "", SecretAccessKey = "" } = AccessKey ?? {}
    signer = new S3Client({
      ...{ endpoint: side.url, region: "us-east-1", forcePathStyle: true },
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey },
    })
    iam.destroy()
  })
  afterAll(async () => {
    signer.destroy()
    await side.stop()
  })

  test("URLs put, tell, get and put parts; another header or method than signed is refused", async () => {
    const url = (command: Signable, options = {}): Promise<string> =>
      getSignedUrl(signer, command as GetObjectCommand, { expiresIn: 600, ...options })
    const at = { Bucket, Key: "ä + b/c.txt" }
    const put = await url(new PutObjectCommand({ ...at, ContentType: "text/plain" }), {
      signableHeaders: new Set(["content-type"]),
    })
    const headers = { "content-type": "text/plain" }
    const wrong = { method: "PUT", body: "hello", headers: { "content-type": "text/html" } }
    expect((await fetch(put, wrong)).status).toBe(403)
    expect((await fetch(put, { method: "PUT", body: "hello", headers })).status).toBe(200)
    const get = await url(new GetObjectCommand(at))
    const got = await fetch(get)
    expect([await got.text(), got.headers.get("content-type")]).toEqual(["hello", "text/plain"])
    expect((await fetch(get, { method: "DELETE" })).status).toBe(403)
    const head = await fetch(await url(new HeadObjectCommand(at)), { method: "HEAD" })
    expect(head.headers.get("content-length")).toBe("5")
    const part = { ...at, UploadId: "none", PartNumber: 1 }
    const answer = await fetch(await url(new UploadPartCommand(part)), { method: "PUT", body: "x" })
    expect([answer.status, await answer.text()]).toEqual([
      404,
      expect.stringContaining("<Code>NoSuchUpload</Code>"),
    ])
  })

  test("a form's file comes within its conditions only", async () => {
    const { url, fields } = await createPresignedPost(signer, {
      ...{ Bucket, Key: "user/ann/${filename}", Expires: 600 },
      Conditions: [
        ["starts-with", "$key", "user/ann/"],
        ["content-length-range", 1, 10],
        { success_action_status: "201" },
      ],
      Fields: { success_action_status: "201" },
    })
    const post = (file: string, more: Record<string, string> = {}): Promise<Response> => {
      const form = new FormData()
      for (const [field, value] of Object.entries({ ...fields, ...more })) form.set(field, value)
      form.set("file", new File([file], "a.txt"))
      return fetch(url, { method: "POST", body: form })
    }
    const answer = await post("hello")
    expect([answer.status, await answer.text()]).toEqual([
      201,
      expect.stringContaining("<Key>user/ann/a.txt</Key>"),
    ])
    expect((await post("far too long")).status).toBe(400)
    expect((await post("hello", { key: "user/bob/a.txt" })).status).toBe(403)
    const { Contents = [] } = await side.client.send(new ListObjectsV2Command({ Bucket }))
    expect(Contents.map(({ Key }) => Key)).toContain("user/ann/a.txt")
    expect(Contents.map(({ Key }) => Key)).not.toContain("user/bob/a.txt")
  })
})
