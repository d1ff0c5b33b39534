import { expect, test } from "vitest"
import { createTestWorld } from "../testing/test-world.ts"
import { handover } from "./handover.ts"

const LETTERS = handover<string>("test/letter")

test("what is handed over reaches the one who waits, once", async () => {
  const { world } = createTestWorld()
  const [ctx, other] = [world.context(), world.context()]
  expect(other.handOver(LETTERS, "a", "early")).toBe(false)
  const waiting = ctx.receive(LETTERS, "a", ctx.now() + 1_000)
  expect(other.handOver(LETTERS, "b", "to nobody")).toBe(false)
  expect(other.handOver(LETTERS, "a", "hello")).toBe(true)
  expect(other.handOver(LETTERS, "a", "again")).toBe(false)
  expect(await waiting).toBe("hello")
  await world.close()
})

test("a wait ends at its deadline by cloud time, with its caller, and with the world", async () => {
  const { world } = createTestWorld()
  const departed = new AbortController()
  const [ctx, leaving] = [world.context(), world.context(departed.signal)]
  const late = ctx.receive(LETTERS, "a", ctx.now() + 60_000)
  const left = leaving.receive(LETTERS, "b", ctx.now() + 60_000)
  await world.advance(60_000)
  expect(await late).toBeUndefined()
  const gone = leaving.receive(LETTERS, "c", ctx.now() + 60_000)
  departed.abort()
  expect([await left, await gone]).toEqual([undefined, undefined])
  const last = ctx.receive(LETTERS, "d", ctx.now() + 60_000)
  await world.close()
  expect(await last).toBeUndefined()
  expect(ctx.handOver(LETTERS, "d", "too late")).toBe(false)
})

test("only one may wait for an id, and it is free again afterwards", async () => {
  const { world } = createTestWorld()
  const ctx = world.context()
  const first = ctx.receive(LETTERS, "a", ctx.now() + 1_000)
  await expect(ctx.receive(LETTERS, "a", ctx.now() + 1_000)).rejects.toThrow("awaited already")
  ctx.handOver(LETTERS, "a", "one")
  expect(await first).toBe("one")
  const second = ctx.receive(LETTERS, "a", ctx.now() + 1_000)
  ctx.handOver(LETTERS, "a", "two")
  expect(await second).toBe("two")
  await world.close()
})
