import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import type { ByteStream } from "../../../kernel/wire.ts"
import { openFront } from "../testing/open-front.ts"

const Bucket = "photos"

/** A body that is sent once it is asked for, as after `100 Continue`. */
function awaitedBody(text: string): { stream: ByteStream; asked: () => boolean } {
  let asked = false
  async function* bytes(): AsyncGenerator<Uint8Array> {
    asked = true
    yield Buffer.from(text)
  }
  return { stream: { [Symbol.asyncIterator]: bytes }, asked: () => asked }
}

test("who may not write is told so before the body is asked for", async () => {
  const { client, send } = await openFront()
  await client.send(new CreateBucketCommand({ Bucket }))
  const { stream, asked } = awaitedBody("hello")
  const headers = { expect: "100-continue", "content-length": "5" }
  const answer = await send({ method: "PUT", path: `/${Bucket}/a`, headers, stream })
  expect(answer.status).toBe(403)
  expect(asked()).toBe(false)
})

test("a small body that was waited for lies as others do, checked by its checksums", async () => {
  const { client } = await openFront()
  await client.send(new CreateBucketCommand({ Bucket }))
  const { stream, asked } = awaitedBody("hello")
  const put = { Bucket, Key: "a", ContentLength: 5, ChecksumCRC32: "NhCmhg==" }
  // The SDK hands it on as the stream that it is.
  const Body = stream as unknown as ReadableStream
  const made = await client.send(new PutObjectCommand({ ...put, Body }))
  expect(asked()).toBe(true)
  expect(made).toMatchObject({
    ETag: '"5d41402abc4b2a76b9719d911017c592"',
    ChecksumCRC32: "NhCmhg==",
  })
  const got = await client.send(new GetObjectCommand({ Bucket, Key: "a" }))
  expect(await got.Body?.transformToString()).toBe("hello")
  const bad = { ...put, ChecksumCRC32: "AAAAAA==", Body: awaitedBody("hello").stream as never }
  await expect(client.send(new PutObjectCommand(bad))).rejects.toThrow("CRC32")
  const short = { ...put, Body: awaitedBody("hell").stream as never }
  await expect(client.send(new PutObjectCommand(short))).rejects.toThrow()
})
