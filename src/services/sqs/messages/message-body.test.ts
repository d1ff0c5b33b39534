import { expect, test } from "vitest"
import { assertBody, isAllowedText } from "./message-body.ts"

test("the characters of XML are allowed, the others are not", () => {
  for (const text of ["\t\n\r ", "\ud7ff", "\ue000", "\ufffd", "😀", "\u{10ffff}", "\x7f\x85"]) {
    expect(isAllowedText(text), JSON.stringify(text)).toBe(true)
  }
  for (const text of [
    "\0",
    "\x01",
    "\b",
    "\v",
    "\f",
    "\x1f",
    "\ufffe",
    "\uffff",
    "\ud800",
    "\udc00a",
  ]) {
    expect(isAllowedText(`a${text}`), JSON.stringify(text)).toBe(false)
  }
})

test("a body without text is a missing one", () => {
  for (const body of [undefined, ""]) {
    expect(() => assertBody(body)).toThrow(
      expect.objectContaining({
        code: "MissingParameter",
        message: "The request must contain the parameter MessageBody.",
      }),
    )
  }
})

test("a body with other characters has invalid contents", () => {
  expect(() => assertBody("\x01")).toThrow(
    expect.objectContaining({
      code: "InvalidMessageContents",
      message:
        "Invalid characters found. Valid unicode characters are " +
        "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
    }),
  )
})
