import { crc32 } from "node:zlib"
import { expect, test } from "vitest"
import { combineCrcs } from "./crc-combine.ts"

const CRC32C = 0x82f63b78n
const CRC64NVME = 0x9a6c9329ac4bc9b5n

/** Bit by bit, as the definition says. */
function slowCrc(bytes: Uint8Array, bits: bigint, polynomial: bigint): Buffer {
  const ones = (1n << bits) - 1n
  let crc = ones
  for (const byte of bytes) {
    crc ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit += 1)
      crc = (crc & 1n) === 1n ? (crc >> 1n) ^ polynomial : crc >> 1n
  }
  return Buffer.from((crc ^ ones).toString(16).padStart(Number(bits) / 4, "0"), "hex")
}

const bytes = (size: number, step: number): Buffer =>
  Buffer.from(Array.from({ length: size }, (_, at) => (at * step + 11) % 256))

function crc32Of(data: Uint8Array): Buffer {
  const crc = Buffer.alloc(4)
  crc.writeUInt32BE(crc32(data))
  return crc
}

const PARTS = [bytes(1000, 7), bytes(1000, 3), bytes(1, 1), bytes(0, 1), bytes(77, 5)]

test.each([
  ["CRC32", crc32Of],
  ["CRC32C", (data: Buffer) => slowCrc(data, 32n, CRC32C)],
  ["CRC64NVME", (data: Buffer) => slowCrc(data, 64n, CRC64NVME)],
] as const)("the %s of a whole follows from its parts", (algorithm, crcOf) => {
  const parts = PARTS.map((part) => ({ crc: crcOf(part), sizeBytes: part.length }))
  expect(combineCrcs(algorithm, parts)).toEqual(crcOf(Buffer.concat(PARTS)))
})

test("parts of gigabytes are combined without their bytes", () => {
  // Recorded: 5,242,881 bytes of "a" twice and ten of them.
  const crc = Buffer.from("NRU+Sw==", "base64")
  const whole = combineCrcs("CRC32", [
    { crc, sizeBytes: 5_242_881 },
    { crc, sizeBytes: 5_242_881 },
    { crc: Buffer.from("TBHN8A==", "base64"), sizeBytes: 10 },
  ])
  expect(whole.toString("base64")).toBe("qSEQSA==")
})
