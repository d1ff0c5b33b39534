import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListObjectsV2Command,
  ListPartsCommand,
} from "@aws-sdk/client-s3"
import { describe, expect, test } from "vitest"
import type { RawClient } from "../../../kernel/host/transport/testing/raw-client.ts"
import { until } from "../../../kernel/host/transport/testing/server.ts"
import { openSocket, type TestSocket } from "../testing/open-socket.ts"

const Bucket = "photos"
const MIB = Buffer.alloc(1024 * 1024, "x")

interface TestUpload extends TestSocket {
  readonly client: () => Promise<RawClient>
  readonly UploadId: string
  /** Objects and parts that there are. */
  there(): Promise<readonly [number, number]>
}

async function openUpload(): Promise<TestUpload> {
  const socket = await openSocket()
  const { s3 } = socket
  await s3.send(new CreateBucketCommand({ Bucket }))
  const { UploadId = "" } = await s3.send(
    new CreateMultipartUploadCommand({ Bucket, Key: "parts" }),
  )
  return {
    ...socket,
    UploadId,
    async there() {
      const { KeyCount = 0 } = await s3.send(new ListObjectsV2Command({ Bucket }))
      const { Parts } = await s3.send(new ListPartsCommand({ Bucket, Key: "parts", UploadId }))
      return [KeyCount, Parts?.length ?? 0]
    },
  }
}

/** Each sends three pieces of a body of six. */
const UPLOADS = {
  PutObject: async ({ begin }: TestUpload, client: RawClient) => {
    await begin(client, `/${Bucket}/whole`, 6 * MIB.length)
    await client.send(MIB, MIB, MIB)
  },
  UploadPart: async ({ begin, UploadId }: TestUpload, client: RawClient) => {
    await begin(client, `/${Bucket}/parts?partNumber=1&uploadId=${UploadId}`, 6 * MIB.length)
    await client.send(MIB, MIB, MIB)
  },
  "signed chunks": async ({ beginChunked }: TestUpload, client: RawClient) => {
    const chunks = await beginChunked(client, `/${Bucket}/chunked`, 40)
    await client.send(...chunks.slice(0, 20), (chunks[20] as Buffer).subarray(0, 999))
  },
  "signed chunks of a part": async ({ beginChunked, UploadId }: TestUpload, client: RawClient) => {
    const path = `/${Bucket}/parts?partNumber=1&uploadId=${UploadId}`
    const chunks = await beginChunked(client, path, 40)
    await client.send(...chunks.slice(0, 20))
  },
}

describe.each(Object.keys(UPLOADS) as (keyof typeof UPLOADS)[])("%s that stops", (name) => {
  const openStopped = async (): Promise<readonly [TestUpload, RawClient]> => {
    const upload = await openUpload()
    const client = await upload.client()
    await UPLOADS[name](upload, client)
    // Bytes of it lie on the disk already.
    await until(() => upload.files().staged.length === 1)
    return [upload, client]
  }
  const assertNothing = async ({ files, there }: TestUpload): Promise<void> => {
    await until(() => files().staged.length === 0)
    expect(files()).toEqual({ kept: [], staged: [] })
    expect(await there()).toEqual([0, 0])
  }

  test("and is cut off leaves nothing", async () => {
    const [upload, client] = await openStopped()
    client.socket.resetAndDestroy()
    await assertNothing(upload)
  })

  test("and says that it has ended leaves nothing", async () => {
    const [upload, client] = await openStopped()
    client.socket.end()
    await assertNothing(upload)
    expect(await client.answer()).toMatchObject({
      status: 400,
      body: expect.stringContaining("<Code>RequestTimeout</Code>"),
    })
  })

  test("and stays silent is told so, and leaves nothing", async () => {
    const [upload, client] = await openStopped()
    await until(() => upload.clock.advance(100) === undefined && client.received !== "")
    expect((await client.answer())?.status).toBe(408)
    await assertNothing(upload)
  })

  test("and trickles on is too slow", async () => {
    const [upload, client] = await openStopped()
    // As long as the server has bytes to write it waits for none: that takes turns, not seconds.
    for (let second = 0; second < 100_000 && client.received === ""; second += 1) {
      await client.send("x")
      upload.clock.advance(1_000)
    }
    expect((await client.answer())?.status).toBe(408)
    await assertNothing(upload)
  })
})

test("the same uploads, whole, are there", async () => {
  const upload = await openUpload()
  const { begin, beginChunked, files, there, UploadId } = upload
  const client = await upload.client()
  await begin(client, `/${Bucket}/whole`, 2 * MIB.length)
  await client.send(MIB, MIB)
  expect((await client.answer())?.status).toBe(200)
  await begin(client, `/${Bucket}/parts?partNumber=1&uploadId=${UploadId}`, 2 * MIB.length)
  await client.send(MIB, MIB)
  expect((await client.answer())?.status).toBe(200)
  await client.send(...(await beginChunked(client, `/${Bucket}/chunked`, 40)))
  expect((await client.answer())?.status).toBe(200)
  expect(await there()).toEqual([2, 1])
  expect(files().kept).toHaveLength(3)
  expect(files().staged).toEqual([])
})

test("a body whose chunk is not the one that was signed leaves nothing", async () => {
  const upload = await openUpload()
  const client = await upload.client()
  const chunks = await upload.beginChunked(client, `/${Bucket}/chunked`, 40)
  const forged = Buffer.from(chunks[39] as Buffer)
  forged[1_000] = (forged[1_000] as number) ^ 1
  await client.send(...chunks.with(39, forged))
  expect(await client.answer()).toMatchObject({
    status: 403,
    body: expect.stringContaining("SignatureDoesNotMatch"),
  })
  expect(upload.files()).toEqual({ kept: [], staged: [] })
  expect(await upload.there()).toEqual([0, 0])
})
