import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3"
import { expect, onTestFinished, test } from "vitest"
import { createSdkHandler } from "../../../gateway/sdk-handler.ts"
import { createFront } from "../../../gateway/front.ts"
import { answerOf, NOW, openCloud, request } from "../../../gateway/testing/open-cloud.ts"
import { createHostStorage } from "../../../kernel/host/data-folder.ts"
import { hostClock } from "../../../kernel/host/host-clock.ts"

const Bucket = "photos"

/** A cloud whose blobs are files, and the ways to damage one. */
async function openFiles() {
  const folder = mkdtempSync(join(tmpdir(), "cloudarium-damage-"))
  const reports: string[] = []
  const report = (what: string, error: unknown): void => void reports.push(`${what}: ${error}`)
  const storage = createHostStorage(folder, { durability: "process", clock: hostClock, report })
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const cloud = await openCloud({ storage, reports })
  const client = new S3Client({
    ...{ region: "us-east-1", endpoint: "http://localhost:4566", forcePathStyle: true },
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: createSdkHandler((wire) => cloud.handle(wire)),
    ...{ systemClockOffset: NOW - Date.now(), maxAttempts: 1 },
  })
  await client.send(new CreateBucketCommand({ Bucket }))
  const front = createFront(cloud, { version: "1.2.3", origins: [] })
  const blobs = join(folder, "blobs")
  const names = (): string[] => readdirSync(blobs).filter((name) => name.length === 32)
  return {
    ...{ client, reports },
    names,
    path: (id: string) => join(blobs, id),
    async put(Key: string, Body: Uint8Array): Promise<string> {
      const before = new Set(names())
      await client.send(new PutObjectCommand({ Bucket, Key, Body }))
      return names().find((name) => !before.has(name)) as string
    },
    damage(id: string, at: number): void {
      const bytes = readFileSync(join(blobs, id))
      bytes[at] = ~(bytes[at] as number)
      writeFileSync(join(blobs, id), bytes)
    },
    async scrub(body: object = {}) {
      const text = JSON.stringify(body)
      const path = "/_cloudarium/scrub"
      const answer = await answerOf(front(request({ method: "POST", path, text })))
      return { status: answer.status, body: JSON.parse(answer.text) as unknown }
    },
  }
}

test("a damaged object is an error to who reads it, never wrong bytes; other objects are not", async () => {
  const { client, put, damage, reports } = await openFiles()
  const body = Buffer.alloc(3_000_000, "cloudarium ")
  const early = await put("early", body)
  const late = await put("late", body)
  await put("whole", body)
  damage(early, 5)
  damage(late, 2_500_000)
  const get = async (Key: string, Range?: string): Promise<number | undefined> => {
    const got = await client.send(new GetObjectCommand({ Bucket, Key, ...(Range && { Range }) }))
    return (await got.Body?.transformToByteArray())?.length
  }
  await expect(get("early")).rejects.toMatchObject({
    name: "InternalError",
    message: "We encountered an internal error. Please try again.",
    $metadata: { httpStatusCode: 500 },
  })
  expect(reports.join()).toContain(`blob ${early} is damaged at byte 0`)
  // Its head has gone out when it shows: the answer breaks off.
  await expect(get("late")).rejects.toThrow()
  expect(await get("late", "bytes=0-999999")).toBe(1_000_000)
  expect(await get("whole")).toBe(3_000_000)
})

test("scrubbing names the objects and uploads whose bytes are damaged or gone", async () => {
  const { client, put, damage, scrub, path, names } = await openFiles()
  const body = Buffer.alloc(100_000, "x")
  const hurt = await put("hurt", body)
  const gone = await put("gone", body)
  await put("whole", body)
  const upload = { Bucket, Key: "parts" }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload))
  const before = new Set(names())
  const sent = { ...upload, UploadId, PartNumber: 1, Body: body }
  await client.send(new UploadPartCommand(sent))
  const part = names().find((name) => !before.has(name)) as string
  expect(await scrub()).toEqual({ status: 200, body: { blobs: 4, bytes: 400_000, damaged: [] } })
  damage(hurt, 7)
  damage(part, 100_004)
  rmSync(path(gone))
  const { body: told } = (await scrub()) as { body: { damaged: { blob: string }[] } }
  const byBlob = (a: { blob: string }, b: { blob: string }): number => (a.blob < b.blob ? -1 : 1)
  expect(told.damaged.toSorted(byBlob)).toEqual(
    [
      { blob: hurt, problem: "is damaged at byte 0", of: ["arn:aws:s3:::photos/hurt"] },
      { blob: gone, problem: "is not there", of: ["arn:aws:s3:::photos/gone"] },
      {
        ...{ blob: part, problem: "is cut off" },
        of: [`arn:aws:s3:::photos/parts?uploadId=${UploadId}`],
      },
    ].toSorted(byBlob),
  )
  expect(await scrub({ after: "g" })).toMatchObject({ body: { blobs: 0 } })
  expect((await scrub({ before: "x" })).status).toBe(400)
})
