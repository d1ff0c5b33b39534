import { expect, test } from "vitest"
import { ALGORITHMS, checksumOf, digestOf, type Algorithm } from "./checksum.ts"
import { crc32c } from "./crc32c.ts"
import { Crc64Nvme } from "./crc64nvme.ts"

/** Size, XXH64, XXH3, XXH128: by version 0.8 of the program of xxHash, made for this test. */
const VECTORS: readonly [number, string, string, string][] = [
  [0, "ef46db3751d8e999", "2d06800538d394c2", "99aa06d3014798d86001c324468d497f"],
  [1, "1f25c8d0bc1f4bb6", "13e608bc156defed", "22bbb76b211a39ba13e608bc156defed"],
  [3, "a020f3294a68c3b2", "b7391e018153d37a", "86e7dba8d8de1e21b7391e018153d37a"],
  [4, "9a05810a0d610553", "fdf480d413c14ab0", "ebc05709b280db0f14e3cfbdb70d26bd"],
  [8, "e400a21c7735e336", "ec39ab64bbdd3e16", "9941ab142ed05f6209ae116fe118de4c"],
  [9, "080de70be655e8a0", "b72b2752390382d5", "0af95ebbd7610f70f7edb27bcabaa284"],
  [16, "e02748dd20bb48ba", "2866d96771d12b4e", "3050c908b1fb1d1f414d35b3f8ff9c24"],
  [17, "b6efae2deac62279", "385c21b59bf6407d", "ced175682e90f41d7adf9ede0c868ea5"],
  [32, "6b7ead39b05fcc7c", "517f9edce3f15ef7", "13915b91c4b47f943fcb314367642c2c"],
  [65, "0f81393b40fdc6a4", "b85378dccfb4cf02", "0b3838507c381b39a5f719ea331a7e57"],
  [128, "37774b7da7cb387d", "a4b9dca2ee00ce72", "0e75e861783e8fcc8e11709461c6cf79"],
  [129, "990c5320a1136e55", "fb9e35f274249234", "e9888cf9f76af2f0c387615d309cc07f"],
  [200, "e6937319d8dc74a4", "2e03f552d39f9c10", "b412a6f166669714fa7ab7d87d12d9c9"],
  [240, "194764aa58ca56ec", "4ed2e5c562eae4c1", "e1dc894b4f208c733f5f5cd62d6b49f3"],
  [241, "802baad951b137f0", "6819923e2201397d", "b0b44328f3adb6e36819923e2201397d"],
  [1024, "9e24528bbe3389b1", "efbb20e87adc204c", "1ecd3d3446d3f866efbb20e87adc204c"],
  [1025, "d4993e51092183f7", "99244ee55b2fae5d", "286fb39c51a2825099244ee55b2fae5d"],
  [1088, "aced34ef6176dcff", "881e7cebf08e9a58", "7e8f2a01fd146b13881e7cebf08e9a58"],
  [5000, "a078f0a5040948da", "0265b9a41a2b07e1", "69cd8131209fe0a40265b9a41a2b07e1"],
]

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

test("XXH64, XXH3 and XXH128 as the xxhsum program tells them", () => {
  const hex = (algorithm: Algorithm, bytes: Buffer): string =>
    Buffer.from(checksumOf(algorithm, bytes), "base64").toString("hex")
  for (const [size, ...values] of VECTORS) {
    const bytes = Buffer.from(
      Array.from({ length: size }, (_, i) => (i * i * 31 + i * 7 + 3) & 255),
    )
    const found = (["XXHASH64", "XXHASH3", "XXHASH128"] as const).map((one) => hex(one, bytes))
    expect([size, ...found]).toEqual([size, ...values])
  }
})
