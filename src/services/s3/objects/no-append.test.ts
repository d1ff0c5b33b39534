import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { s3 } from "../service.ts"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"

test("S3-19 nothing is appended, written in the middle or searched for by content", async () => {
  const { client, Bucket, put, text } = await openBucket()
  await put("log", "one ")
  const append = { Bucket, Key: "log", Body: "two", WriteOffsetBytes: 4 }
  expect(await refusalOf(client.send(new PutObjectCommand(append)))).toBe(
    "NotImplemented 501: A header you provided implies functionality that is not implemented",
  )
  expect(await text("log")).toBe("one ")
  // A write is of the whole object: whoever changes a byte sends all of them.
  await put("log", "two")
  expect(await text("log")).toBe("two")
  expect(Object.keys(s3.operations).filter((name) => /append|search|patch/i.test(name))).toEqual([])
  // A list knows the beginnings of keys, and nothing of what the objects hold.
  const listed = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "two" }))
  expect(listed.KeyCount).toBe(0)
})

test("S3-74 what a client encrypts S3 keeps and gives as it came, and cannot read", async () => {
  const { client, Bucket } = await openBucket()
  const plain = "a secret of the client's"
  const [key, iv] = [randomBytes(32), randomBytes(12)]
  const cipher = createCipheriv("aes-256-gcm", key, iv)
  const Body = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  const sent: Buffer[] = []
  // What leaves the client: every byte that S3 is ever given.
  client.middlewareStack.add(
    (next) => async (args) => {
      const { body, headers } = args.request as { body: unknown; headers: object }
      sent.push(Buffer.from(body as Buffer), Buffer.from(JSON.stringify(headers)))
      return next(args)
    },
    { step: "finalizeRequest", priority: "low", name: "watch" },
  )
  const input: PutObjectCommandInput = { Bucket, Key: "a", Body }
  await client.send(new PutObjectCommand({ ...input, Metadata: { iv: iv.toString("hex") } }))
  client.middlewareStack.remove("watch")
  expect(Buffer.concat(sent).includes(plain)).toBe(false)
  expect(Buffer.concat(sent).includes(Body)).toBe(true)
  const got = await client.send(new GetObjectCommand({ Bucket, Key: "a" }))
  const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? "")
  expect(bytes.equals(Body)).toBe(true)
  expect(got.Metadata).toEqual({ iv: iv.toString("hex") })
  const decipher = createDecipheriv("aes-256-gcm", key, iv)
  decipher.setAuthTag(bytes.subarray(-16))
  expect(decipher.update(bytes.subarray(0, -16)).toString() + decipher.final().toString()).toBe(
    plain,
  )
})
