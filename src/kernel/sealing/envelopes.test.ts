import { expect, test } from "vitest"
import { ENVELOPE_BYTES, Envelopes } from "./envelopes.ts"
import { SealBrokenError, Sealing } from "./sealing.ts"
import { createSeededRandom } from "../sim/seeded-random.ts"
import { createTestWorld } from "../testing/test-world.ts"

const of = { purpose: "test/thing", serial: 7 }
const plain = Buffer.from("a secret of more than one block")
const KEY_AT = 9
const TEXT_AT = 41

function openEnvelopes(fill = 0) {
  const sealing = new Sealing(new Uint8Array(32).fill(fill))
  const envelopes = new Envelopes((purpose) => sealing.keyOf(purpose))
  const random = createSeededRandom(1)
  return { open: envelopes.open.bind(envelopes), close: () => envelopes.close(plain, of, random) }
}

test("what is closed in an envelope opens again, and shows nothing", async () => {
  const { world } = createTestWorld()
  const [one, two] = await world.write((tx) => [tx.envelop(plain, of), tx.envelop(plain, of)])
  expect(one).toHaveLength(plain.length + ENVELOPE_BYTES)
  expect(one.includes(plain.subarray(0, 8))).toBe(false)
  expect(world.peek((tx) => tx.openEnvelope(one, of))).toEqual(plain)
  expect(world.peek((tx) => tx.openEnvelope(two, of))).toEqual(plain)
})

test("each envelope has a key of its own, however many there are", () => {
  const { open, close } = openEnvelopes()
  const envelopes = Array.from({ length: 200 }, close)
  const keys = envelopes.map((one) => one.subarray(KEY_AT, TEXT_AT).toString("hex"))
  const texts = envelopes.map((one) => one.subarray(TEXT_AT).toString("hex"))
  expect(new Set(keys).size).toBe(200)
  expect(new Set(texts).size).toBe(200)
  for (const one of envelopes) expect(open(one, of)).toEqual(plain)
})

test("for another purpose or thing, or under another root key, it does not open", () => {
  const { open, close } = openEnvelopes()
  const envelope = close()
  for (const other of [
    { ...of, purpose: "test/other" },
    { ...of, serial: 8 },
  ])
    expect(() => open(envelope, other)).toThrow(SealBrokenError)
  expect(() => openEnvelopes(1).open(envelope, of)).toThrow(SealBrokenError)
})

test("what was changed or cut does not open, nor does one with another's key", () => {
  const { open, close } = openEnvelopes()
  const envelope = close()
  for (let at = 0; at < envelope.length; at += 1) {
    const changed = Buffer.from(envelope)
    changed[at]! ^= 1
    expect(() => open(changed, of)).toThrow(SealBrokenError)
    expect(() => open(envelope.subarray(0, at), of)).toThrow(SealBrokenError)
  }
  const mixed = Buffer.concat([close().subarray(0, TEXT_AT), envelope.subarray(TEXT_AT)])
  expect(() => open(mixed, of)).toThrow(SealBrokenError)
})

test("what was opened once opens again as it is, whatever became of the first answer", () => {
  const { open, close } = openEnvelopes()
  const envelope = close()
  open(envelope, of).fill(0)
  open(envelope, of).fill(0)
  expect(open(envelope, of)).toEqual(plain)
  const changed = Buffer.from(envelope)
  changed[50]! ^= 1
  expect(() => open(changed, of)).toThrow(SealBrokenError)
  const next = close()
  expect(open(next, of)).toEqual(plain)
})
