import { expect, test } from "vitest"
import { createTestWorld } from "../../kernel/testing/test-world.ts"
import { seal, unseal } from "./sealing.ts"
import { isEndedSession, newSessionToken } from "./session-token.ts"

const openWorld = () => createTestWorld().world

test("what was sealed is unsealed, for its purpose only", async () => {
  const world = openWorld()
  const plain = Buffer.from("the details")
  await world.write((tx) => {
    const sealed = seal(tx, "authorization-message", plain)
    seal(tx, "session-token", plain)
    expect(sealed.includes(plain)).toBe(false)
    expect(unseal(tx, "authorization-message", sealed)).toEqual(plain)
    expect(unseal(tx, "session-token", sealed)).toBeUndefined()
    expect(seal(tx, "authorization-message", plain).equals(sealed)).toBe(false)
  })
})

test("a change anywhere is seen", async () => {
  const world = openWorld()
  await world.write((tx) => {
    const sealed = seal(tx, "session-token", Buffer.from("x"))
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(unseal(tx, "session-token", changed)).toBeUndefined()
    }
    for (const short of [0, 1, 27, 28]) {
      expect(unseal(tx, "session-token", sealed.subarray(0, short))).toBeUndefined()
    }
  })
})

test("nothing is unsealed before anything was sealed", async () => {
  const world = openWorld()
  const found = await world.read((tx) => unseal(tx, "session-token", new Uint8Array(64)))
  expect(found).toBeUndefined()
})

test("a session token tells whose it was once it is over", async () => {
  const world = openWorld()
  const end = world.clock.now() + 1_000
  const token = await world.write((tx) => newSessionToken(tx, "ASIAKEY", end))
  const over = (key: string, text: string): boolean =>
    world.peek((tx) => isEndedSession(tx, key, text))
  expect(token).toHaveLength(380)
  expect(over("ASIAKEY", token)).toBe(false)
  await world.advance(1_000)
  expect(over("ASIAKEY", token)).toBe(true)
  expect(over("ASIAOTHER", token)).toBe(false)
  expect(over("ASIAKEY", token.slice(4))).toBe(false)
  expect(over("ASIAKEY", "")).toBe(false)
})
