import { expect, test } from "vitest"
import { ALGORITHMS, checksumOf, digestOf } from "./checksum.ts"
import { crc32c } from "./crc32c.ts"
import { Crc64Nvme } from "./crc64nvme.ts"

const CHECK = Buffer.from("123456789")

test("the check values of the catalogue of CRCs", () => {
  expect(crc32c(CHECK)).toBe(0xe3069283)
  expect(new Crc64Nvme().update(CHECK).digest().toString("hex")).toBe("ae8b14860a799888")
  expect(checksumOf("CRC32", CHECK)).toBe(Buffer.from("cbf43926", "hex").toString("base64"))
})

test("RFC 3720's example of CRC-32C, and an empty body", () => {
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa)
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43)
  expect(crc32c(Buffer.alloc(0))).toBe(0)
  expect(checksumOf("CRC64NVME", Buffer.alloc(0))).toBe("AAAAAAAAAAA=")
})

test("in pieces of any size every digest is that of the whole", () => {
  const bytes = Buffer.from(Array.from({ length: 1_001 }, (_, i) => (i * 31) & 255))
  for (const algorithm of ALGORITHMS)
    for (const size of [1, 7, 8, 64, 1_000]) {
      const digest = digestOf(algorithm)
      for (let at = 0; at < bytes.length; at += size) digest.update(bytes.subarray(at, at + size))
      expect(digest.digest().toString("base64")).toBe(checksumOf(algorithm, bytes))
    }
})
