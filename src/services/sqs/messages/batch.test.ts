import { expect, test } from "vitest"
import { assertEntries, failedEntry } from "./batch.ts"
import { invalidMessageContents } from "../errors.ts"

const SHAPE = "SendMessageBatchRequestEntry"

function refusal(ids: readonly (string | undefined)[] | undefined): string | undefined {
  try {
    assertEntries(
      ids?.map((Id) => ({ Id })),
      SHAPE,
    )
    return undefined
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `id-${i}`)

test("one to ten entries with distinct ids pass", () => {
  expect(refusal(["a"])).toBeUndefined()
  expect(refusal(numbered(10))).toBeUndefined()
  expect(refusal(["A-z_0", "i".repeat(80)])).toBeUndefined()
})

test("the number of entries is looked at first", () => {
  const empty =
    "EmptyBatchRequest: There should be at least one SendMessageBatchRequestEntry in the request."
  expect(refusal(undefined)).toBe(empty)
  expect(refusal([])).toBe(empty)
  expect(refusal([...numbered(19), "not:valid"])).toBe(
    "TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 20.",
  )
})

test("ids are 1 to 80 letters, digits, hyphens and underscores", () => {
  for (const id of ["", "a:b", " ", "é", "i".repeat(81)]) {
    expect(refusal(["ok", id]), id).toBe(
      "InvalidBatchEntryId: A batch entry id can only contain alphanumeric characters, hyphens " +
        "and underscores. It can be at most 80 letters long.",
    )
  }
  expect(refusal(["a", undefined])).toBe(
    "MissingParameter: The request must contain the parameter SendMessageBatchRequestEntry.2.Id.",
  )
})

test("only the first repeated id is named", () => {
  expect(refusal(["id_1", "id_2", "id_2", "id_1"])).toBe(
    "BatchEntryIdsNotDistinct: Id id_2 repeated.",
  )
})

test("a refusal becomes a failed entry, a bug stays a bug", () => {
  expect(failedEntry("9", invalidMessageContents())).toMatchObject({
    Id: "9",
    SenderFault: true,
    Code: "InvalidMessageContents",
  })
  const bug = new TypeError("bug")
  expect(() => failedEntry("9", bug)).toThrow(bug)
})
