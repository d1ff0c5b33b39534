import { expect, test } from "vitest"
import { decodeReceipt, encodeReceipt } from "./receipt-handle.ts"

const RECEIPT = { queueId: 7, store: 8, seq: 123_456_789_012, receive: 3, group: "" }

test("a handle gives back what it was made of", () => {
  expect(decodeReceipt(encodeReceipt(RECEIPT))).toEqual(RECEIPT)
  const grouped = { ...RECEIPT, group: 'a b"\\~ é' }
  expect(decodeReceipt(encodeReceipt(grouped))).toEqual(grouped)
})

test("each receive has its own handle", () => {
  expect(encodeReceipt({ ...RECEIPT, receive: 4 })).not.toBe(encodeReceipt(RECEIPT))
})

test("garbage is no handle", () => {
  for (const text of ["", "garbage", "INVALID", "AQEB", "not base64!", "A".repeat(400)]) {
    expect(decodeReceipt(text), text).toBeUndefined()
  }
})

test("a changed handle is no handle", () => {
  const handle = encodeReceipt(RECEIPT)
  for (let at = 0; at < handle.length - 2; at += 1) {
    const other = handle[at] === "A" ? "B" : "A"
    const changed = handle.slice(0, at) + other + handle.slice(at + 1)
    expect(decodeReceipt(changed), `at ${at}`).toBeUndefined()
  }
  expect(decodeReceipt(handle.slice(0, -8))).toBeUndefined()
})
