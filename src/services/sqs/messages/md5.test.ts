import { expect, test } from "vitest"
import { md5OfAttributes, md5OfBody } from "./md5.ts"

// The digests are AWS's, from recordings.

test("the digest of a body", () => {
  expect(md5OfBody("message")).toBe("78e731027d8fd50ed642340b7c9a63b3")
})

test("the digest of string and number attributes does not depend on their order", () => {
  const attributes = {
    "Help.Me": { DataType: "String", StringValue: "Me" },
    Hello: { DataType: "String", StringValue: "There" },
    General: { DataType: "String", StringValue: "Kenobi" },
  }
  expect(md5OfAttributes(attributes)).toBe("4c360f3fdafd970e05fae2f149d997f5")
  const { Hello, General } = attributes
  expect(md5OfAttributes({ Hello, General })).toBe("fca026605781cb4126a1e9044df24232")
  expect(md5OfAttributes({ timestamp: { DataType: "Number", StringValue: "1493147359900" } })).toBe(
    "235c5c510d26fb653d073faed50ae77c",
  )
})

test("the digest of a binary attribute", () => {
  const BinaryValue = Buffer.from(
    "traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01",
  )
  expect(md5OfAttributes({ attr1: { DataType: "Binary", BinaryValue } })).toBe(
    "8cbe4db156db8a94db8b801b7addb984",
  )
})

test("the digest of system attributes", () => {
  const StringValue = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
  expect(md5OfAttributes({ AWSTraceHeader: { DataType: "String", StringValue } })).toBe(
    "5ae4d5d7636402d80f4eb6d213245a88",
  )
})

test("no attributes have no digest", () => {
  expect(md5OfAttributes(undefined)).toBeUndefined()
  expect(md5OfAttributes({})).toBeUndefined()
})
