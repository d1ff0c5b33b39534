import { expect, test } from "vitest"
import { SealBrokenError, Sealing } from "./sealing.ts"
import { createTestWorld } from "../testing/test-world.ts"

const of = { purpose: "test/key", context: "id-1" }
const plain = Buffer.from("secret")

test("what is sealed opens again, and shows nothing", async () => {
  const { world } = createTestWorld()
  const [one, two] = await world.write((tx) => [tx.seal(plain, of), tx.seal(plain, of)])
  expect(one?.includes(plain)).toBe(false)
  expect(one).toHaveLength(plain.length + 28)
  expect(one?.equals(two)).toBe(false)
  expect(world.peek((tx) => tx.unseal(one, of).toString())).toBe("secret")
})

test.each([
  ["another purpose", { ...of, purpose: "test/other" }],
  ["another context", { ...of, context: "id-2" }],
])("for %s it does not open", async (_what, other) => {
  const { world } = createTestWorld()
  const sealed = await world.write((tx) => tx.seal(plain, of))
  expect(() => world.peek((tx) => tx.unseal(sealed, other))).toThrow(SealBrokenError)
})

test("what was changed, cut or sealed under another root key does not open", () => {
  const nonce = new Uint8Array(12)
  const sealing = new Sealing(new Uint8Array(32))
  const sealed = sealing.seal(plain, { ...of, nonce })
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed)
    changed[at]! ^= 1
    expect(() => sealing.unseal(changed, of)).toThrow(SealBrokenError)
    expect(() => sealing.unseal(sealed.subarray(0, at), of)).toThrow(SealBrokenError)
  }
  const other = new Sealing(new Uint8Array(32).fill(1))
  expect(() => other.unseal(sealed, of)).toThrow(SealBrokenError)
})

test("what was opened once opens again as it is, whatever became of the first answer", () => {
  const nonce = new Uint8Array(12)
  const sealing = new Sealing(new Uint8Array(32))
  const sealed = sealing.seal(plain, { ...of, nonce })
  sealing.unseal(sealed, of).fill(0)
  sealing.unseal(sealed, of).fill(0)
  expect(sealing.unseal(sealed, of).toString()).toBe("secret")
  const changed = Buffer.from(sealed)
  changed[20]! ^= 1
  expect(() => sealing.unseal(changed, of)).toThrow(SealBrokenError)
  const next = sealing.seal(Buffer.from("another"), { ...of, nonce: new Uint8Array(12).fill(1) })
  expect(sealing.unseal(next, of).toString()).toBe("another")
})
