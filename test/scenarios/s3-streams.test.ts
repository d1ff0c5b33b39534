import { createHash, randomBytes } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { Readable } from "node:stream"
import { setTimeout as sleep } from "node:timers/promises"
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { Upload } from "@aws-sdk/lib-storage"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { removeFolder, startCloud, type RunningServer } from "./server.ts"

const MIB = 1024 * 1024
const PIECE = randomBytes(MIB)

/** A body of so many MiB, made as it is read. */
const body = (mebibytes: number): Readable =>
  Readable.from(
    (function* () {
      for (let i = 0; i < mebibytes; i += 1) yield PIECE
    })(),
    { objectMode: false, highWaterMark: MIB },
  )

describe("S3 over sockets", { timeout: 400_000 }, () => {
  let cloud: RunningServer
  let client: S3Client
  const Bucket = "streams"
  beforeAll(async () => {
    cloud = await startCloud()
    client = new S3Client({
      endpoint: cloud.url,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      requestChecksumCalculation: "WHEN_REQUIRED",
    })
    await client.send(new CreateBucketCommand({ Bucket }))
  })
  afterAll(async () => {
    client.destroy()
    await cloud.stop()
    removeFolder(cloud.data)
  })

  const residentMiB = (): number =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${cloud.pid}/status`, "utf8"))?.[1]) / 1024
  /** What is staged has a second name until it is durable, which goes at any time. */
  const blobs = (): Set<string> =>
    new Set(
      readdirSync(join(cloud.data, "blobs"), { recursive: true, encoding: "utf8" }).map((path) =>
        basename(path),
      ),
    )

  test.skipIf(!existsSync("/proc/self/status"))(
    "a large object passes through in both directions without filling memory",
    async () => {
      const mebibytes = 256
      const before = residentMiB()
      let most = before
      const watch = setInterval(() => (most = Math.max(most, residentMiB())), 20)
      await client.send(
        new PutObjectCommand({
          ...{ Bucket, Key: "large", Body: body(mebibytes), ContentLength: mebibytes * MIB },
        }),
      )
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "large" }))
      const digest = createHash("sha256")
      let slow = 0
      for await (const piece of Body as Readable) {
        digest.update(piece as Buffer)
        // A reader that stops for a while holds the server back.
        if ((slow += 1) === 100) await sleep(500)
      }
      clearInterval(watch)
      const wanted = createHash("sha256")
      for (let i = 0; i < mebibytes; i += 1) wanted.update(PIECE)
      expect(digest.digest("hex")).toBe(wanted.digest("hex"))
      expect(most - before).toBeLessThan(160)
    },
  )

  test("S3-58 an upload that breaks off leaves no object and no bytes", async () => {
    const before = blobs()
    const abort = new AbortController()
    const slow = Readable.from(
      (async function* () {
        for (let i = 0; i < 8; i += 1) {
          yield PIECE
          if (i === 4) abort.abort()
          await sleep(20)
        }
      })(),
    )
    const input = { Bucket, Key: "broken", Body: slow, ContentLength: 8 * MIB }
    await expect(
      client.send(new PutObjectCommand(input), { abortSignal: abort.signal }),
    ).rejects.toThrow()
    await expect.poll(() => [...blobs()].filter((id) => !before.has(id))).toEqual([])
    await expect(
      client.send(new HeadObjectCommand({ Bucket, Key: "broken" })),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } })
  })

  test("a reader that leaves breaks nothing", async () => {
    const put = { Bucket, Key: "left", Body: body(64), ContentLength: 64 * MIB }
    await client.send(new PutObjectCommand(put))
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "left" }))
    ;(Body as Readable).destroy()
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "left" }))
    expect(head.ContentLength).toBe(64 * MIB)
  })

  test("lib-storage uploads a stream of unknown length", async () => {
    const upload = new Upload({ client, params: { Bucket, Key: "upload", Body: body(12) } })
    await upload.done()
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "upload" }))
    expect([head.ContentLength, head.ETag?.endsWith('-3"')]).toEqual([12 * MIB, true])
  })

  test("S3-14 what was answered with success is there after the process was killed", async () => {
    const first = await startCloud()
    const clientOf = ({ url }: RunningServer): S3Client =>
      new S3Client({
        ...{ endpoint: url, region: "us-east-1", forcePathStyle: true },
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
      })
    const before = clientOf(first)
    await before.send(new CreateBucketCommand({ Bucket }))
    const values = new Map([10, 16 * 1024, 16 * 1024 + 1, 3 * MIB].map((n) => [n, randomBytes(n)]))
    for (const [size, Body] of values)
      await before.send(new PutObjectCommand({ Bucket, Key: `size-${size}`, Body }))
    await first.kill()
    before.destroy()
    const second = await startCloud([], first.data)
    const after = clientOf(second)
    for (const [size, value] of values) {
      const { Body } = await after.send(new GetObjectCommand({ Bucket, Key: `size-${size}` }))
      expect(Buffer.from((await Body?.transformToByteArray()) ?? "").equals(value)).toBe(true)
    }
    after.destroy()
    await second.stop()
    removeFolder(first.data)
  })

  test("on the disk no object is what was put, small or large", async () => {
    const word = "this-is-no-secret-".repeat(10)
    for (const [Key, times] of [
      ["one", 1],
      ["many", 10_000],
    ] as const)
      await client.send(new PutObjectCommand({ Bucket, Key, Body: word.repeat(times) }))
    const files = readdirSync(cloud.data, { recursive: true, withFileTypes: true })
    const holding = files
      // What is staged has a second name there until it is durable, which goes at any time.
      .filter((file) => file.isFile() && !file.parentPath.endsWith("staging"))
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((path) => readFileSync(path).includes("no-secret"))
    expect(files.length).toBeGreaterThan(2)
    expect(holding).toEqual([])
  })
})
