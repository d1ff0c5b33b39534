import { expect, onTestFinished, test, vi } from "vitest"
import { hostClock } from "../kernel/host/host-clock.ts"
import { encodeKey } from "../kernel/key.ts"
import { createMemoryBlobs } from "../kernel/sim/memory-blobs.ts"
import { createMemoryStorage } from "../kernel/sim/memory-storage.ts"
import type { Storage, Store } from "../kernel/storage.ts"
import type { WireRequest } from "../kernel/wire.ts"
import { answerOf, openCloud, signed, sqsRequest } from "./testing/open-cloud.ts"

/** What a later release may have written of one of its tables. */
const NEWER = new Map([
  [
    encodeKey(["kernel/table"]) + encodeKey(["gateway/root-key"]),
    `1${JSON.stringify({ name: "gateway/root-key", version: 99, indexes: [] })}`,
  ],
])

test("a snapshot that cannot be opened leaves its store closed, and a reset helps", async () => {
  let open = 0
  let broken = false
  const memory = createMemoryStorage(hostClock, () => createMemoryBlobs())
  const storage: Storage = {
    ...memory,
    async open() {
      const store = await memory.open()
      const { engine } = store
      open += 1
      if (broken) engine.commit(NEWER)
      broken = false
      const close = async (): Promise<void> => {
        open -= 1
        await engine.close()
      }
      return { ...store, engine: { ...engine, close } }
    },
  }
  const cloud = await openCloud({ storage })
  broken = true
  await expect(cloud.reset()).rejects.toThrow("newer version")
  expect(open).toBe(0)
  await cloud.reset()
  expect(open).toBe(1)
  expect(cloud.world.commitNumber).toBe(0)
})

test("a store that could not be opened after a reset is tried again by itself", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
  onTestFinished(() => void vi.useRealTimers())
  const memory = createMemoryStorage(hostClock, () => createMemoryBlobs())
  let refusals = 0
  const open = async (): Promise<Store> => {
    refusals -= 1
    if (refusals >= 0) throw new Error("EMFILE: too many open files")
    return memory.open()
  }
  const reports: string[] = []
  const cloud = await openCloud({ storage: { ...memory, open }, strict: true, reports })
  const { key } = await cloud.rootKey()
  const ask = async (): Promise<number> => {
    const list = signed(sqsRequest("ListQueues", {}), { service: "sqs", ...key })
    return (await answerOf(cloud.handle(list))).status
  }
  expect(await ask()).toBe(200)
  refusals = 2
  await expect(cloud.reset()).rejects.toThrow("EMFILE")
  expect(await ask()).toBe(503)
  await expect(cloud.saveSnapshot("one")).rejects.toThrow("could not be opened")
  await vi.advanceTimersByTimeAsync(5_000)
  expect(reports).toEqual([expect.stringMatching(/^open: Error: EMFILE/)])
  expect(await ask()).toBe(503)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await ask()).toBe(200)
  expect(await cloud.rootKey()).toEqual({ key, fresh: false })
  // It is open, and stays so.
  const { world } = cloud
  await vi.advanceTimersByTimeAsync(60_000)
  expect(cloud.world).toBe(world)
})

test("a request that need not wait has no abort signal made for it", async () => {
  const cloud = await openCloud()
  let made = 0
  const watched = (operation: string, input: object): WireRequest =>
    Object.defineProperty(signed(sqsRequest(operation, input), { service: "sqs" }), "signal", {
      get() {
        made += 1
        return new AbortController().signal
      },
    })
  const created = await answerOf(cloud.handle(watched("CreateQueue", { QueueName: "q" })))
  const { QueueUrl } = JSON.parse(created.text) as { QueueUrl: string }
  await cloud.handle(watched("SendMessage", { QueueUrl, MessageBody: "hello" }))
  const received = await answerOf(
    cloud.handle(watched("ReceiveMessage", { QueueUrl, WaitTimeSeconds: 20 })),
  )
  expect(received.text).toContain("hello")
  expect(made).toBe(0)
})
