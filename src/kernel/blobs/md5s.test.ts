import { hash } from "node:crypto"
import { expect, test, vi } from "vitest"
import { Md5s, type RunningMd5 } from "./md5s.ts"

const SEED = Number(process.env["SEED"] ?? 1)
const MIB = 1024 * 1024

/** A random number below `limit`, by a seed. */
function dice(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

/** Bytes that differ everywhere. */
function bytes(length: number, seed: number): Buffer {
  const words = Uint32Array.from({ length: Math.ceil(length / 4) }, (_, i) =>
    Math.imul(i + seed, 2654435761),
  )
  return Buffer.from(words.buffer, 0, length)
}

interface Stream {
  readonly all: Buffer
  readonly md5: RunningMd5
  at: number
}

const open = (md5s: Md5s, all: Buffer): Stream => ({ all, md5: md5s.begin(), at: 0 })

/** Gives the next bytes, in memory that is overwritten at once. */
function give(stream: Stream, length: number): void {
  const piece = Buffer.from(stream.all.subarray(stream.at, stream.at + length))
  stream.at += piece.length
  stream.md5.update(piece)
  piece.fill(0)
}

const end = ({ md5 }: Stream): string => md5.digest().toString("hex")

test.each([0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1_000_003])(
  "%i bytes have the same MD5 alone and beside others",
  (length) => {
    const md5s = new Md5s()
    const streams = [1, 2, 3].map((seed) => open(md5s, bytes(length, seed)))
    for (const stream of streams) give(stream, length)
    expect(streams.map(end)).toEqual([1, 2, 3].map((seed) => hash("md5", bytes(length, seed))))
  },
)

test("streams of any length that begin, go on, break off and end in any order", () => {
  const random = dice(SEED)
  const md5s = new Md5s()
  const streams: Stream[] = []
  for (let turn = 0; turn < 600; turn += 1) {
    const sizes = [random(100), random(70_000), random(3 * MIB)] as const
    const seed = random(1e6)
    if (streams.length < 12 && random(4) === 0)
      streams.push(open(md5s, bytes(sizes[random(3)]!, seed)))
    const at = random(streams.length)
    const stream = streams[at]
    if (!stream) continue
    give(stream, [1 + random(200), 65_536, 1 + random(2 * MIB)][random(3)]!)
    if (stream.at < stream.all.length && random(20) > 0) continue
    streams.splice(at, 1)
    if (stream.at < stream.all.length) stream.md5.leave()
    else expect(end(stream), `SEED=${SEED}, turn ${turn}`).toBe(hash("md5", stream.all))
  }
}, 60_000)

test("one that is far ahead does not wait for one that stands still", () => {
  const md5s = new Md5s()
  const still = [open(md5s, bytes(100_000, 1)), open(md5s, bytes(100_000, 2))]
  for (const stream of still) give(stream, 50_001)
  const far = open(md5s, bytes(9 * MIB, 3))
  while (far.at < far.all.length) give(far, 262_144)
  expect(end(far)).toBe(hash("md5", far.all))
  for (const stream of still) give(stream, 50_000)
  expect(still.map(end)).toEqual(still.map(({ all }) => hash("md5", all)))
})

test("who leaves makes room, and may leave again", () => {
  const md5s = new Md5s()
  const first = md5s.begin()
  for (let round = 0; round < 100; round += 1) {
    const stream = open(md5s, bytes(10 * 64 + round, round))
    give(stream, 1_000)
    if (round % 2 === 0) stream.md5.leave()
    else expect(end(stream)).toBe(hash("md5", stream.all))
    stream.md5.leave()
  }
  expect(first.digest().toString("hex")).toBe(hash("md5", ""))
})

test("what comes after one has left disturbs nobody in its place", () => {
  const md5s = new Md5s()
  md5s.begin()
  const early = open(md5s, bytes(2_000, 1))
  give(early, 100)
  early.md5.leave()
  const late = open(md5s, bytes(2_000, 2))
  give(late, 1_000)
  give(early, 500)
  give(late, 1_000)
  expect(end(late)).toBe(hash("md5", late.all))
})

test("without WebAssembly all are computed alone", () => {
  vi.stubGlobal("WebAssembly", undefined)
  try {
    const md5s = new Md5s()
    const streams = [1, 2, 3].map((seed) => open(md5s, bytes(100_000, seed)))
    for (const stream of streams) give(stream, 100_000)
    expect(streams.map(end)).toEqual([1, 2, 3].map((seed) => hash("md5", bytes(100_000, seed))))
  } finally {
    vi.unstubAllGlobals()
  }
})
