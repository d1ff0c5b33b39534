import { expect, test } from "vitest"
import type { ByteStream } from "../wire.ts"
import { createMemoryBlobs } from "../sim/memory-blobs.ts"
import type { BlobRange, BlobStore } from "./blobs.ts"
import { EncryptedBlobs, type EncryptedRange } from "./encrypted-blobs.ts"
import { Keystream } from "./keystream.ts"

const KEY = new Uint8Array(32).fill(7)
const MEGABYTE = 1024 * 1024

/** A store that counts how often blobs were opened. */
function openCounted() {
  const blobs = createMemoryBlobs()
  const opened: string[] = []
  const open = (id: string, range?: BlobRange): ByteStream => {
    opened.push(id)
    return blobs.open(id, range)
  }
  const counted: BlobStore = Object.assign(Object.create(blobs) as BlobStore, { open })
  const encrypted = new EncryptedBlobs(counted)
  return {
    opened,
    async stage(plain: Uint8Array): Promise<string> {
      return (await blobs.stage(new Keystream(KEY).apply(plain))).id
    },
    encrypted,
    async read(id: string, range: Omit<EncryptedRange, "key"> & { key?: Uint8Array }) {
      const pieces: Uint8Array[] = []
      for await (const piece of encrypted.open(id, { key: KEY, ...range })) pieces.push(piece)
      return Buffer.concat(pieces)
    },
  }
}

const bytes = (length: number, seed = 1) =>
  Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 255))

test("what was read whole is at hand, in any range", async () => {
  const { stage, read, opened } = openCounted()
  const plain = bytes(2_500)
  const id = await stage(plain)
  const whole = { start: 0, end: 2_500, sizeBytes: 2_500 }
  expect(await read(id, whole)).toEqual(plain)
  expect(await read(id, whole)).toEqual(plain)
  expect(await read(id, { ...whole, start: 100, end: 2_001 })).toEqual(plain.subarray(100, 2_001))
  expect(opened).toHaveLength(1)
})

test("what was read in part, or will not be asked for again, is not", async () => {
  const { stage, read, opened } = openCounted()
  const plain = bytes(2_500)
  const id = await stage(plain)
  expect(await read(id, { start: 17, end: 2_500, sizeBytes: 2_500 })).toEqual(plain.subarray(17))
  expect(await read(id, { start: 0, end: 2_500 })).toEqual(plain)
  expect(await read(id, { start: 0, end: 2_500, sizeBytes: 2_500 })).toEqual(plain)
  expect(opened).toHaveLength(3)
})

test("another key does not open what is at hand", async () => {
  const { stage, read } = openCounted()
  const plain = bytes(100)
  const id = await stage(plain)
  const whole = { start: 0, end: 100, sizeBytes: 100 }
  await read(id, whole)
  const other = await read(id, { ...whole, key: new Uint8Array(32).fill(8) })
  expect(other.equals(plain)).toBe(false)
  expect(await read(id, whole)).toEqual(plain)
})

test("the least lately read makes room, and what is too large takes none", async () => {
  const { stage, read, opened } = openCounted()
  const sizeBytes = 10 * MEGABYTE
  const whole = { start: 0, end: sizeBytes, sizeBytes }
  const ids = []
  for (let i = 0; i < 4; i += 1) ids.push(await stage(Buffer.alloc(sizeBytes, i)))
  const [a, b, c, d] = ids as [string, string, string, string]
  for (const id of [a, b, c]) await read(id, whole)
  await read(a, whole)
  await read(d, whole)
  expect(opened.splice(0)).toEqual([a, b, c, d])
  await read(a, whole)
  expect(opened.splice(0)).toEqual([])
  await read(b, whole)
  expect(opened.splice(0)).toEqual([b])

  const large = await stage(Buffer.alloc(17 * MEGABYTE))
  const all = { start: 0, end: 17 * MEGABYTE, sizeBytes: 17 * MEGABYTE }
  await read(large, all)
  await read(large, all)
  expect(opened).toEqual([large, large])
})

test("blobs of a byte or two are not kept without number", async () => {
  const { stage, read, opened } = openCounted()
  const whole = { start: 0, end: 1, sizeBytes: 1 }
  const first = await stage(bytes(1))
  for (let i = 0; i < 33_000; i += 1) await read(i === 0 ? first : await stage(bytes(1)), whole)
  opened.splice(0)
  await read(first, whole)
  expect(opened).toEqual([first])
})

test("slow readers, however many, hold no more than is kept", async () => {
  const { stage, read, encrypted, opened } = openCounted()
  const sizeBytes = 12 * MEGABYTE
  const whole = { start: 0, end: sizeBytes, sizeBytes }
  const ids = []
  for (let i = 0; i < 3; i += 1) ids.push(await stage(Buffer.alloc(sizeBytes, i)))
  const readings = ids.map((id) => encrypted.open(id, { key: KEY, ...whole }))
  for (const reading of readings) expect((await reading.next()).done).toBe(false)
  for (const reading of readings) for await (const piece of reading) void piece
  opened.splice(0)
  for (const id of ids) await read(id, whole)
  expect(opened.splice(0)).toEqual([ids[2]])
  await read(ids[2] as string, whole)
  expect(opened).toEqual([])
})

test("who leaves before the end leaves nothing behind", async () => {
  const blobs = createMemoryBlobs()
  const encrypted = new EncryptedBlobs(blobs)
  const plain = bytes(3 * MEGABYTE)
  const { id } = await blobs.stage(new Keystream(KEY).apply(plain))
  const range = { key: KEY, start: 0, end: plain.length, sizeBytes: plain.length }
  for await (const piece of encrypted.open(id, range)) {
    expect(piece.length).toBeGreaterThan(0)
    break
  }
  const pieces: Uint8Array[] = []
  for await (const piece of encrypted.open(id, range)) pieces.push(piece)
  expect(Buffer.concat(pieces).equals(plain)).toBe(true)
})
