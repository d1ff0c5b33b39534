import { expect, test } from "vitest"
import { begun } from "./begun.ts"

function numbers() {
  const seen = { ended: false }
  async function* count(failing?: number): AsyncGenerator<number> {
    try {
      for (let i = 1; i <= 3; i += 1) {
        if (i === failing) throw new Error(`no ${i}`)
        yield i
      }
    } finally {
      seen.ended = true
    }
  }
  return { seen, count }
}

async function all(stream: AsyncIterable<number>): Promise<number[]> {
  const pieces: number[] = []
  for await (const piece of stream) pieces.push(piece)
  return pieces
}

test("all comes in its order, after the first", async () => {
  const { count } = numbers()
  expect(await all(await begun(count()))).toEqual([1, 2, 3])
})

test("what fails at once is thrown before there is a stream, what fails later in it", async () => {
  const { count } = numbers()
  await expect(begun(count(1))).rejects.toThrow("no 1")
  const stream = await begun(count(3))
  await expect(all(stream)).rejects.toThrow("no 3")
})

test.each([0, 1, 2])("who leaves after %i pieces ends the rest", async (taken) => {
  const { count, seen } = numbers()
  const iterator = (await begun(count()))[Symbol.asyncIterator]()
  for (let i = 0; i < taken; i += 1) await iterator.next()
  expect(seen.ended).toBe(false)
  await iterator.return?.()
  expect(seen.ended).toBe(true)
  expect(await iterator.next()).toEqual({ done: true, value: undefined })
})
