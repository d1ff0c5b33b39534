import {
  CreateBucketCommand,
  PutObjectCommand,
  S3Client,
  SelectObjectContentCommand,
} from "@aws-sdk/client-s3"
import { expect, onTestFinished, test } from "vitest"
import { createFront } from "../../../gateway/front.ts"
import { NOW, openCloud } from "../../../gateway/testing/open-cloud.ts"
import { hostClock } from "../../../kernel/host/host-clock.ts"
import { listen } from "../../../kernel/host/transport/listen.ts"
import { until } from "../../../kernel/host/transport/testing/server.ts"
import { usageOf } from "../../../kernel/meter.ts"
import { createMemoryBlobs } from "../../../kernel/sim/memory-blobs.ts"
import { createMemoryStorage } from "../../../kernel/sim/memory-storage.ts"
import type { WireRequest } from "../../../kernel/wire.ts"
import { openLeaving } from "../testing/leaving.ts"

const Bucket = "photos"
/** Large enough for a blob. */
const ROWS = 200_000
const CSV = `Name\n${"nobody\n".repeat(ROWS)}`

interface TestQuery {
  /** Pieces of the object that were taken, whether somebody is reading on, and the answer there. */
  readonly read: { pieces: number; open: boolean; answered: boolean }
  /** Lets the next piece of the object, or the answer, come. */
  readonly gates: { piece: PromiseWithResolvers<void>; answer: PromiseWithResolvers<void> }
  /** What the query is seen by. */
  readonly asked: () => WireRequest | undefined
  readonly reports: unknown[]
  /** Resolves when the client knows how it ended. */
  select(Expression: string): Promise<unknown>
  leave(): void
  scanned(): Promise<number>
}

/** An object behind a socket, whose bytes come piece by piece, as the test lets them. */
async function openQuery(): Promise<TestQuery> {
  const read = { pieces: 0, open: false, answered: false }
  const gates = { piece: Promise.withResolvers<void>(), answer: Promise.withResolvers<void>() }
  const memory = createMemoryStorage({ ...hostClock, now: () => NOW }, () => createMemoryBlobs())
  const { engine, blobs } = await memory.open()
  async function* slowly(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    read.open = true
    try {
      for await (const piece of pieces) {
        await gates.piece.promise
        read.pieces += 1
        yield piece
      }
    } finally {
      read.open = false
    }
  }
  const slow = {
    ...blobs,
    open: (...of: Parameters<typeof blobs.open>) => slowly(blobs.open(...of)),
  }
  const cloud = await openCloud({
    storage: { ...memory, open: async () => ({ engine, blobs: slow }) },
  })
  const front = createFront(cloud, { version: "1.2.3", origins: [] })
  let asked: WireRequest | undefined
  const reports: unknown[] = []
  const listener = await listen({
    // Answers tell the time: by another than the cloud's clients would set their own.
    ...{ port: 0, clock: { ...hostClock, now: () => NOW }, limits: {} },
    async handle(request) {
      if (!request.query.includes("select")) return front(request)
      asked = request
      const answer = await front(request)
      read.answered = true
      await gates.answer.promise
      return answer
    },
    report: (error) => reports.push(error),
  })
  onTestFinished(() => listener.close({ graceMs: 0 }))
  const { requestHandler, leave } = openLeaving()
  const client = new S3Client({
    ...{ region: "us-east-1", endpoint: `http://127.0.0.1:${listener.port}`, forcePathStyle: true },
    ...{ maxAttempts: 1, systemClockOffset: NOW - Date.now() },
    credentials: { accessKeyId: "000000000000", secretAccessKey: "test" },
    requestHandler,
  })
  await client.send(new CreateBucketCommand({ Bucket }))
  await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: CSV }))
  return {
    ...{ read, gates, reports, leave, asked: () => asked },
    select(Expression) {
      const command = new SelectObjectContentCommand({
        ...{ Bucket, Key: "k", Expression, ExpressionType: "SQL" },
        ...{ InputSerialization: { CSV: {} }, OutputSerialization: { CSV: {} } },
      })
      return client.send(command).catch((error: unknown) => error)
    },
    async scanned() {
      const rows = await cloud.world.read((tx) =>
        usageOf(tx, "000000000000", { from: 0, to: NOW + 1, limit: 100 }),
      )
      const found = rows.find(({ usageType }) => usageType === "s3:select-scanned-bytes")
      return found?.quantity ?? 0
    },
  }
}

test("who leaves a query of which nothing has come yet ends it", async () => {
  const { read, gates, asked, reports, select, leave } = await openQuery()
  const ended = select("SELECT * FROM S3Object s WHERE s._1 = 'somebody'")
  await until(() => read.open)
  leave()
  await ended
  await until(() => asked()?.signal?.aborted === true)
  gates.piece.resolve()
  gates.answer.resolve()
  await until(() => !read.open)
  expect(read.pieces).toBe(1)
  expect(reports).toEqual([])
})

test("who leaves before the first message of an answer is taken ends its query", async () => {
  const { read, gates, asked, reports, select, leave, scanned } = await openQuery()
  gates.piece.resolve()
  const ended = select("SELECT * FROM S3Object")
  await until(() => read.answered)
  leave()
  await ended
  await until(() => asked()?.signal?.aborted === true)
  expect(read.open).toBe(true)
  gates.answer.resolve()
  await until(() => !read.open)
  // What was scanned is paid for.
  await expect.poll(scanned).toBeGreaterThan(0)
  expect(await scanned()).toBeLessThan(CSV.length)
  expect(reports).toEqual([])
})
