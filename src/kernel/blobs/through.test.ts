import { expect, test } from "vitest"
import { through } from "./through.ts"
import type { ByteStream } from "../wire.ts"

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

/** A stream of pieces that notes how it was ended. */
function source(...pieces: Uint8Array[]) {
  const seen: string[] = []
  async function* run(): AsyncGenerator<Uint8Array> {
    try {
      yield* pieces
      seen.push("read")
    } finally {
      seen.push("ended")
    }
  }
  return { seen, stream: run() }
}

async function read(stream: ByteStream): Promise<number[]> {
  const all: number[] = []
  for await (const piece of stream) all.push(...piece)
  return all
}

test("each piece becomes what the function makes of it, and the end is told once", async () => {
  let ends = 0
  const { stream, seen } = source(bytes(1, 2), bytes(), bytes(3))
  const doubled = through(stream, { piece: (piece) => piece.map((x) => 2 * x), end: () => ends++ })
  expect(await read(doubled)).toEqual([2, 4, 6])
  expect([ends, seen]).toEqual([1, ["read", "ended"]])
})

test("what the function throws ends the source and reaches the reader; at the end, too", async () => {
  const fail = (): never => {
    throw new Error("no")
  }
  const early = source(bytes(1), bytes(2))
  await expect(read(through(early.stream, { piece: fail }))).rejects.toThrow("no")
  expect(early.seen).toEqual(["ended"])
  const late = source(bytes(1))
  const checked = through(late.stream, { piece: (piece) => piece, end: fail })
  await expect(read(checked)).rejects.toThrow("no")
})

test("a reader that leaves ends the source", async () => {
  const { stream, seen } = source(bytes(1), bytes(2))
  for await (const piece of through(stream, { piece: (one) => one })) {
    expect(piece).toEqual(bytes(1))
    break
  }
  expect(seen).toEqual(["ended"])
})
