import * as fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { BlobNotFoundError, type BlobStore, BlobTooLargeError, sweepBlobs } from "../blobs/blobs.ts"
import type { ByteStream } from "../wire.ts"

const MB = 1024 * 1024

/** What every blob store must do. `open` gives a new, empty one each time. */
export function testBlobs(name: string, open: () => Promise<BlobStore>): void {
  describe(`${name}: contract`, () => {
    let blobs: BlobStore
    beforeAll(async () => {
      blobs = await open()
    })
    afterAll(() => blobs.close())
    roundTrips(() => blobs)
    refusals(() => blobs)
    keeping(open)
  })
}

function roundTrips(blobs: () => BlobStore): void {
  test("bytes come back, whole and by range, however they were cut", async () => {
    const sizes = fc.oneof(
      fc.nat(2000),
      fc.constantFrom(0, 1, MB - 1, MB, MB + 1, 2 * MB, 2 * MB + 4),
      fc.nat(3 * MB),
    )
    const cases = fc.record({ size: sizes, chunk: fc.integer({ min: 700, max: 2 * MB }) })
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(), fc.nat(), async ({ size, chunk }, a, b) => {
        const bytes = pattern(size)
        const blob = await blobs().stage(cut(bytes, chunk))
        expect(blob.sizeBytes).toBe(size)
        expect(same(await read(blobs().open(blob.id)), bytes)).toBe(true)
        const [start, end] = [a % (size + 1), b % (size + 1)].sort((x, y) => x - y)
        const part = await read(blobs().open(blob.id, { start: start ?? 0, end: end ?? size }))
        expect(same(part, bytes.subarray(start, end))).toBe(true)
        await blobs().remove(blob.id)
      }),
      { numRuns: 30 },
    )
  })

  test("an array is staged as a stream is", async () => {
    const blob = await blobs().stage(pattern(MB + 10))
    expect(same(await read(blobs().open(blob.id)), pattern(MB + 10))).toBe(true)
  })

  test("many at once keep to themselves", async () => {
    const sizes = Array.from({ length: 20 }, (_, i) => i * 70_001)
    const staged = await Promise.all(sizes.map((size) => blobs().stage(cut(pattern(size), 9_999))))
    expect(new Set(staged.map((blob) => blob.id)).size).toBe(20)
    const back = await Promise.all(staged.map((blob) => read(blobs().open(blob.id))))
    expect(back.every((bytes, i) => same(bytes, pattern(sizes[i] ?? 0)))).toBe(true)
    await blobs().flush()
  })

  test("a reader that leaves early leaves nothing open", async () => {
    const blob = await blobs().stage(pattern(3 * MB))
    for await (const chunk of blobs().open(blob.id)) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    await blobs().remove(blob.id)
  })
}

function refusals(blobs: () => BlobStore): void {
  test("too many bytes are refused, and nothing stays", async () => {
    const before = await blobs().usage()
    const large = blobs().stage(cut(pattern(2 * MB), 1000), { maxBytes: 2 * MB - 1 })
    await expect(large).rejects.toThrow(BlobTooLargeError)
    expect(await blobs().usage()).toEqual(before)
    const fits = await blobs().stage(cut(pattern(5), 2), { maxBytes: 5 })
    expect(fits.sizeBytes).toBe(5)
  })

  test("a source that fails is ended and leaves nothing", async () => {
    const before = await blobs().usage()
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield pattern(2 * MB)
      throw new Error("cut off")
    }
    await expect(blobs().stage(failing())).rejects.toThrow("cut off")
    expect(await blobs().usage()).toEqual(before)
  })

  test("giving up ends a silent source too", async () => {
    const before = await blobs().usage()
    const stop = new AbortController()
    let ended = false
    const silent: ByteStream = {
      [Symbol.asyncIterator]: () => ({
        next: () => (stop.abort(new Error("client left")), new Promise(() => {})),
        return: async () => ((ended = true), { done: true, value: undefined }),
      }),
    }
    const staging = blobs().stage(silent, { signal: stop.signal })
    await expect(staging).rejects.toThrow("client left")
    expect(ended).toBe(true)
    await expect(blobs().stage(pattern(1), { signal: stop.signal })).rejects.toThrow("client left")
    expect(await blobs().usage()).toEqual(before)
  })

  test("what is not there is not found; ranges must lie inside", async () => {
    for (const id of ["0".repeat(32), "", "../lock", "staging"]) {
      await expect(read(blobs().open(id))).rejects.toThrow(BlobNotFoundError)
      await blobs().remove(id)
    }
    const { id } = await blobs().stage(pattern(10))
    await expect(read(blobs().open(id, { end: 11 }))).rejects.toThrow(RangeError)
    await expect(read(blobs().open(id, { start: 3, end: 2 }))).rejects.toThrow(RangeError)
    await blobs().remove(id)
    await expect(read(blobs().open(id))).rejects.toThrow(BlobNotFoundError)
    await blobs().remove(id)
  })
}

function keeping(open: () => Promise<BlobStore>): void {
  test("listing, usage, and the sweep of what is neither linked nor young", async () => {
    const blobs = await open()
    const staged = await Promise.all([1, 2, MB, 3 * MB].map((size) => blobs.stage(pattern(size))))
    const listed = await collect(blobs.list())
    const bySize = (a: { sizeBytes: number }, b: { sizeBytes: number }) => a.sizeBytes - b.sizeBytes
    expect(listed.sort(bySize).map(({ id, sizeBytes }) => ({ id, sizeBytes }))).toEqual(staged)
    expect(await blobs.usage()).toEqual({ count: 4, sizeBytes: 3 + 4 * MB })
    const youngest = Math.max(...listed.map((blob) => blob.stagedAtMs))
    const isLinked = (id: string) => id === staged[2]?.id
    const sweep = { blobs, isLinked, graceMs: 1000 }
    expect(await sweepBlobs({ ...sweep, now: youngest + 999 - 3600_000, limit: 10 })).toBe(0)
    expect(await sweepBlobs({ ...sweep, now: youngest + 1000, limit: 2 })).toBe(2)
    expect(await sweepBlobs({ ...sweep, now: youngest + 1000, limit: 10 })).toBe(1)
    expect(await blobs.usage()).toEqual({ count: 1, sizeBytes: MB })
    await blobs.close()
  })
}

/** Bytes that differ from block to block. */
export function pattern(size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  for (let i = 0; i < size; i += 1) bytes[i] = (i * 31 + (i >>> 10)) & 0xff
  return bytes
}

async function* cut(bytes: Uint8Array, chunk: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunk) yield bytes.slice(at, at + chunk)
}

export async function read(stream: ByteStream): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat(await collect(stream)))
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
