import { expect, test } from "vitest"
import { behavioursShown, coverageDocument, ranges, readmeTable } from "./coverage-document.ts"

const SQS = {
  id: "sqs",
  title: "Amazon Simple Queue Service",
  modelled: ["CreateQueue", "AddPermission", "DeleteQueue"],
  implemented: ["CreateQueue"],
}

test("behaviours are read from the titles of tests only", () => {
  const files = new Map([
    [
      "src/a.test.ts",
      `test("AB-2 and AB-10 hold", f)\ntest.each([1, 2])("AB-1 %s", f)\ntest.skip('C3-7', f)`,
    ],
    ["src/b.test.ts", `// AB-3\nexpect("AB-4").toBe("AB-5")\ntest(\n  \`AB-6 over lines\`,\n)`],
    ["src/d.test.ts", `test("SHA-256 of UTF-8", f)`],
    ["src/c.ts", `test("AB-9", f)`],
  ])
  expect([...behavioursShown(files)]).toEqual([
    ["AB", [1, 2, 6, 10]],
    ["C3", [7]],
  ])
})

test("neighbouring numbers are written as a range", () => {
  expect(ranges([1, 2, 3, 7, 9, 10])).toBe("1–3, 7, 9–10")
  expect(ranges([])).toBe("")
})

test("the document says what works, what does not, and what is shown", () => {
  const text = coverageDocument([SQS], new Map([["SQS", [1, 2]]]))
  expect(text).toContain("### Amazon Simple Queue Service (`sqs`)")
  expect(text).toContain("Works (1): `CreateQueue`\n")
  expect(text).toContain("Answers 501 NotImplemented (2): `AddPermission`, `DeleteQueue`")
  expect(text).toContain("| SQS | 1–2 |")
  expect(readmeTable([SQS])).toContain("| Amazon Simple Queue Service | 1 of 3 |")
})
