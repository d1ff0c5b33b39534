import { expect, test } from "vitest"
import { madeOnce } from "./made-once.ts"

test("what all ask for is made once, and again only where it failed", async () => {
  let tries = 0
  const thing = madeOnce(async () => {
    tries += 1
    if (tries === 1) throw new Error("the disk is full")
    return { tries }
  })
  const first = [thing(), thing()]
  for (const one of first) await expect(one).rejects.toThrow("the disk is full")
  const [one, two] = await Promise.all([thing(), thing()])
  expect(one).toEqual({ tries: 2 })
  expect(two).toBe(one)
})
