import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { crc32 } from "node:zlib"
import { afterAll, expect, test } from "vitest"
import { BlobCorruptError, type BlobRange } from "../blobs/blobs.ts"
import { collect, pattern, read, same, testBlobs } from "../testing/blob-suite.ts"
import { openFileBlobs } from "./file-blobs.ts"
import { blobBytes, BLOCK_BYTES, tailOf } from "./store/blob-file.ts"

const root = mkdtempSync(join(tmpdir(), "cloudarium-blobs-"))
let folders = 0
afterAll(() => rmSync(root, { recursive: true, force: true }))

const newFolder = () => join(root, String((folders += 1)))
const process = { durability: "process" } as const

testBlobs("file blobs", () => openFileBlobs(newFolder(), process))
testBlobs("file blobs, power", () => openFileBlobs(newFolder(), { durability: "power" }))

test("blobs are there after the folder is opened again; what was half staged is not", async () => {
  const folder = newFolder()
  const first = await openFileBlobs(folder, process)
  const { id } = await first.stage(pattern(100_000))
  await first.flush()
  // As a dead process leaves it: the stream never ends, the folder is opened meanwhile.
  const written = Promise.withResolvers<void>()
  const more = Promise.withResolvers<void>()
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    yield pattern(3 * BLOCK_BYTES)
    written.resolve()
    await more.promise
  }
  const half = first.stage(endless())
  half.catch(() => {})
  await written.promise
  expect(readdirSync(join(folder, "staging"))).toHaveLength(1)
  const second = await openFileBlobs(folder, process)
  expect(readdirSync(join(folder, "staging"))).toEqual([])
  expect(same(await read(second.open(id)), pattern(100_000))).toBe(true)
  expect((await second.usage()).count).toBe(1)
  const { id: own } = await second.stage(pattern(1))
  const inherited = new Map<string, boolean>()
  for await (const blob of second.list()) inherited.set(blob.id, blob.inherited)
  expect(inherited).toEqual(
    new Map([
      [id, true],
      [own, false],
    ]),
  )
  more.resolve()
  await expect(half).rejects.toThrow("ENOENT")
})

test("what was staged but not flushed by a dead process is flushed by the next one", async () => {
  const folder = newFolder()
  const first = await openFileBlobs(folder, process)
  const { id } = await first.stage(pattern(100))
  const { id: removed } = await first.stage(pattern(100))
  await first.remove(removed)
  expect(first.unsynced).toBe(true)
  expect(readdirSync(join(folder, "staging"))).toEqual([id])
  const second = await openFileBlobs(folder, process)
  expect(second.unsynced).toBe(true)
  await second.flush()
  expect(second.unsynced).toBe(false)
  expect(readdirSync(join(folder, "staging"))).toEqual([])
  expect(same(await read(second.open(id)), pattern(100))).toBe(true)
})

test("a changed byte is found in its block, and only there", async () => {
  const folder = newFolder()
  const blobs = await openFileBlobs(folder, process)
  const { id } = await blobs.stage(pattern(3 * BLOCK_BYTES + 5))
  const path = join(folder, id)
  const whole = readFileSync(path)
  for (const at of [0, BLOCK_BYTES - 1, BLOCK_BYTES, 3 * BLOCK_BYTES + 4]) {
    const damaged = Buffer.from(whole)
    damaged[at] = (damaged[at] ?? 0) ^ 1
    writeFileSync(path, damaged)
    const offset = Math.floor(at / BLOCK_BYTES) * BLOCK_BYTES
    const error = await read(blobs.open(id)).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(BlobCorruptError)
    expect(error).toMatchObject({ id, offset })
    const elsewhere = offset === 0 ? { start: BLOCK_BYTES } : { end: offset }
    const range = { start: 0, end: 3 * BLOCK_BYTES + 5, ...elsewhere }
    const expected = pattern(3 * BLOCK_BYTES + 5).subarray(range.start, range.end)
    expect(same(await read(blobs.open(id, range)), expected)).toBe(true)
  }
})

test("files whose blocks have a CRC-32 are read and checked as before", async () => {
  const folder = newFolder()
  const blobs = await openFileBlobs(folder, process)
  const bytes = pattern(BLOCK_BYTES + 5)
  const { id } = await blobs.stage(bytes)
  const sums = [bytes.subarray(0, BLOCK_BYTES), bytes.subarray(BLOCK_BYTES)].map((one) =>
    crc32(one),
  )
  const tail = tailOf(bytes.length, sums)
  tail.write("cldrblob", 8, "latin1")
  tail.writeUInt32LE(crc32(tail.subarray(0, -4)), tail.length - 4)
  const file = Buffer.concat([bytes, tail])
  writeFileSync(join(folder, id), file)
  expect(same(await read(blobs.open(id)), bytes)).toBe(true)
  file[BLOCK_BYTES] = (file[BLOCK_BYTES] ?? 0) ^ 1
  writeFileSync(join(folder, id), file)
  await expect(read(blobs.open(id))).rejects.toThrow(BlobCorruptError)
  file[BLOCK_BYTES] = (file[BLOCK_BYTES] ?? 0) ^ 1
  file.write("cldrblb9", BLOCK_BYTES + 5 + 8, "latin1")
  file.writeUInt32LE(crc32(file.subarray(BLOCK_BYTES + 5, -4)), file.length - 4)
  writeFileSync(join(folder, id), file)
  await expect(read(blobs.open(id))).rejects.toThrow(BlobCorruptError)
})

test("the memory of chunks that are given goes once they are written; of others, it stays", async () => {
  const blobs = await openFileBlobs(newFolder(), process)
  const chunks = [pattern(3 * BLOCK_BYTES), pattern(2 * BLOCK_BYTES).subarray(1), pattern(5)]
  const source = async function* (): AsyncGenerator<Uint8Array> {
    yield* chunks
  }
  const expected = Buffer.concat(chunks)
  const kept = await blobs.stage(source())
  expect(same(await read(blobs.open(kept.id)), expected)).toBe(true)
  expect(Buffer.concat(chunks).equals(expected)).toBe(true)
  const { id } = await blobs.stage(source(), { given: true })
  expect(same(await read(blobs.open(id)), expected)).toBe(true)
  expect(chunks.map((chunk) => chunk.length)).toEqual([0, 2 * BLOCK_BYTES - 1, 0])
})

test("the memory of pieces that are borrowed goes when the next is asked for", async () => {
  const blobs = await openFileBlobs(newFolder(), process)
  const bytes = pattern(2 * BLOCK_BYTES + 5)
  const { id } = await blobs.stage(bytes)
  const lengths = async (range: BlobRange): Promise<number[]> =>
    (await collect(blobs.open(id, range))).map((piece) => piece.length)
  expect(await lengths({})).toEqual([BLOCK_BYTES, BLOCK_BYTES, 5])
  expect(await lengths({ borrowed: true })).toEqual([0, 0, 0])
  const pieces = []
  for await (const piece of blobs.open(id, { borrowed: true })) pieces.push(new Uint8Array(piece))
  expect(same(Buffer.concat(pieces), bytes)).toBe(true)
})

test("damaged checksums and lost ends are found", async () => {
  const folder = newFolder()
  const blobs = await openFileBlobs(folder, process)
  const { id } = await blobs.stage(pattern(BLOCK_BYTES + 5))
  const path = join(folder, id)
  const whole = readFileSync(path)
  for (const fromEnd of [1, 5, 12, 24, 28, 32]) {
    const damaged = Buffer.from(whole)
    const at = whole.length - fromEnd
    damaged[at] = (damaged[at] ?? 0) ^ 0x80
    writeFileSync(path, damaged)
    await expect(read(blobs.open(id))).rejects.toThrow(BlobCorruptError)
  }
  for (const size of [0, 10, 24, BLOCK_BYTES, whole.length - 1]) {
    writeFileSync(path, whole)
    truncateSync(path, size)
    await expect(read(blobs.open(id))).rejects.toThrow(BlobCorruptError)
  }
})

test("a blob's size follows from its file's", () => {
  for (const size of [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 5 * BLOCK_BYTES]) {
    const blocks = Math.ceil(size / BLOCK_BYTES)
    const tail = tailOf(
      size,
      Array.from({ length: blocks }, () => 1),
    )
    expect(blobBytes(size + tail.length)).toBe(size)
  }
})

test("a flush that is refused a sync says so, whatever else is in its way, and for good", async (context) => {
  if (!existsSync("/dev/null")) return context.skip("needs a file that cannot be synced")
  const folder = newFolder()
  const blobs = await openFileBlobs(folder, process)
  const [unopened, unsynced] = [await blobs.stage(pattern(1)), await blobs.stage(pattern(1))]
  for (const { id } of [unopened, unsynced]) rmSync(join(folder, id))
  symlinkSync(unopened.id, join(folder, unopened.id))
  await expect(blobs.flush()).rejects.toMatchObject({ syscall: "open" })
  symlinkSync("/dev/null", join(folder, unsynced.id))
  await expect(blobs.flush()).rejects.toMatchObject({ syscall: "fdatasync" })
  for (const { id } of [unopened, unsynced]) rmSync(join(folder, id))
  await expect(blobs.flush()).rejects.toMatchObject({ syscall: "fdatasync" })
  const again = await openFileBlobs(folder, process)
  await again.flush()
  await again.close()
})

test("a flush that could not open a file is done by the next one", async (context) => {
  if (!existsSync("/dev/null")) return context.skip("needs symbolic links")
  const folder = newFolder()
  const blobs = await openFileBlobs(folder, process)
  const { id } = await blobs.stage(pattern(1))
  rmSync(join(folder, id))
  symlinkSync(id, join(folder, id))
  await expect(blobs.flush()).rejects.toMatchObject({ syscall: "open" })
  expect(blobs.unsynced).toBe(true)
  rmSync(join(folder, id))
  await blobs.flush()
  expect(blobs.unsynced).toBe(false)
  await blobs.close()
})
