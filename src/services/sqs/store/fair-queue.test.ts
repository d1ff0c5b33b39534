import { DeleteMessageCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { countsOf, openQueue, type TestQueue } from "../testing/open-queue.ts"

async function sendAll(queue: TestQueue, tenant: string, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    await queue.send(`${tenant}-${i}`, { MessageGroupId: tenant })
  }
}

const tenantsOf = (bodies: (string | undefined)[]): string =>
  bodies.map((body) => body?.split("-")[0]).join("")

test("tenants share a standard queue by the age of their messages", async () => {
  const queue = await openQueue()
  await sendAll(queue, "a", 2)
  await queue.send("none-0")
  await sendAll(queue, "b", 1)
  await sendAll(queue, "a", 1)
  expect(await queue.bodies()).toEqual(["a-0", "a-1", "none-0", "b-0", "a-0"])
  expect(await queue.bodies()).toEqual([])
})

test("a message shows its group, and messages of one group are received in parallel", async () => {
  const queue = await openQueue()
  await sendAll(queue, "test", 2)
  await queue.receive({ MaxNumberOfMessages: 1 })
  const [message] = await queue.receive({ MessageSystemAttributeNames: ["All"] })
  expect(message?.Attributes?.["MessageGroupId"]).toBe("test")
  expect(message?.Attributes).not.toHaveProperty("MessageDeduplicationId")
})

test("a tenant with most of what is in flight waits for the others", async () => {
  const queue = await openQueue()
  await sendAll(queue, "A", 60)
  for (let i = 0; i < 3; i += 1) await queue.receive()
  await sendAll(queue, "B", 2)
  await queue.send("none-0")
  expect(tenantsOf(await queue.bodies({ MaxNumberOfMessages: 5 }))).toBe("BBnoneAA")
  expect(await countsOf(queue)).toEqual([28, 35, 0])
})

test("up to 29 in flight a tenant is quiet", async () => {
  const queue = await openQueue()
  await sendAll(queue, "A", 40)
  for (const count of [10, 10, 9]) await queue.receive({ MaxNumberOfMessages: count })
  await sendAll(queue, "B", 1)
  expect(tenantsOf(await queue.bodies({ MaxNumberOfMessages: 2 }))).toBe("AA")
})

test("a tenant with a tenth of what is in flight is quiet", async () => {
  const queue = await openQueue({ VisibilityTimeout: "3600" })
  for (let i = 0; i < 10; i += 1) await sendAll(queue, String.fromCharCode(97 + i), 31)
  for (let i = 0; i < 30; i += 1) await queue.receive()
  expect(await countsOf(queue)).toEqual([10, 300, 0])
  await sendAll(queue, "z", 1)
  expect(tenantsOf(await queue.bodies({ MaxNumberOfMessages: 1 }))).toBe("j")
})

test("of noisy tenants the one with the fewest in flight goes first", async () => {
  const queue = await openQueue()
  await sendAll(queue, "A", 45)
  for (let i = 0; i < 4; i += 1) await queue.receive()
  await sendAll(queue, "B", 35)
  for (let i = 0; i < 3; i += 1) await queue.receive()
  expect(tenantsOf(await queue.bodies())).toBe("BBBBBAAAAA")
})

test("a noisy tenant is quiet again when its backlog is drained", async () => {
  const queue = await openQueue()
  await sendAll(queue, "A", 40)
  for (let i = 0; i < 4; i += 1) {
    for (const { ReceiptHandle } of await queue.receive()) {
      if (i > 0) await remove(queue, ReceiptHandle)
    }
  }
  await sendAll(queue, "A", 1)
  await sendAll(queue, "B", 1)
  expect(tenantsOf(await queue.bodies({ MaxNumberOfMessages: 1 }))).toBe("A")
})

test("a noisy tenant is quiet again when it has been silent for five minutes", async () => {
  const queue = await openQueue({ VisibilityTimeout: "3600" })
  await sendAll(queue, "A", 41)
  for (let i = 0; i < 3; i += 1) await queue.receive()
  await sendAll(queue, "B", 2)
  expect(tenantsOf(await queue.bodies({ MaxNumberOfMessages: 1 }))).toBe("B")
  await queue.cloud.advance("5m")
  const [touched] = await queue.receive({ MaxNumberOfMessages: 2 })
  expect(touched?.Body).toBe("B-1")
  await sendAll(queue, "C", 1)
  expect(tenantsOf(await queue.bodies({ MaxNumberOfMessages: 1 }))).toBe("A")
})

test("messages of tenants expire and come back like others", async () => {
  const queue = await openQueue({ MessageRetentionPeriod: "60", VisibilityTimeout: "10" })
  await sendAll(queue, "A", 2)
  await queue.receive({ MaxNumberOfMessages: 1 })
  await queue.cloud.advance("10s")
  expect(await queue.bodies({ MaxNumberOfMessages: 1 })).toEqual(["A-0"])
  await queue.cloud.advance("49s")
  await sendAll(queue, "A", 1)
  await queue.cloud.advance("2s")
  expect(await countsOf(queue)).toEqual([1, 0, 0])
  expect(await queue.bodies()).toEqual(["A-0"])
})

const remove = ({ client, QueueUrl }: TestQueue, ReceiptHandle: string | undefined) =>
  client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: ReceiptHandle ?? "" }))

test("a tenant whose messages have expired is in nobody's way", async () => {
  const queue = await openQueue({ MessageRetentionPeriod: "60" })
  await sendAll(queue, "gone", 1)
  await queue.cloud.advance(500)
  await sendAll(queue, "late", 3)
  await queue.cloud.advance(30_000)
  await sendAll(queue, "alive", 1)
  // The expiring job was here half a second ago: those of "late" are still in the store.
  await queue.cloud.advance(30_200)
  expect(await queue.bodies({ MaxNumberOfMessages: 1 })).toEqual(["alive-0"])
})
