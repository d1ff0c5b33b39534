import type { GivenItem, GivenValue } from "../../values/validation.ts"
import type { Entry } from "../objects.ts"

/**
 * Lines of DynamoDB JSON: each an object with `Item`, as exports write them, or several of them, as
 * shown on AWS. Behind a line that is no JSON the rest of the object is passed over (recorded).
 */
export function* jsonItems(text: string): Generator<Entry> {
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue
    const one = parsed(line)
    if (one !== undefined) {
      yield entryOf(one)
      continue
    }
    for (const part of objectsIn(line)) {
      const read = parsed(part)
      if (read === undefined) {
        yield { error: "The line is not valid JSON" }
        return
      }
      yield entryOf(read)
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function entryOf(read: unknown): Entry {
  const item = isObject(read) ? read.Item : undefined
  const given = isObject(item) ? itemOf(item) : undefined
  return given ? { item: given } : { error: "The line holds no item in DynamoDB JSON" }
}

/** A line's objects that stand one behind another, and what is left of it. */
function* objectsIn(line: string): Generator<string> {
  let start = 0
  let depth = 0
  // Texts are passed over whole: braces in them are none.
  for (const { 0: token, index } of line.matchAll(/"(?:[^"\\]|\\.)*"?|[{}]/g)) {
    if (token === "{") depth++
    else if (token === "}" && --depth === 0) {
      yield line.slice(start, index + 1)
      start = index + 1
    }
  }
  const rest = line.slice(start)
  if (rest.trim() !== "") yield rest
}

type Members = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Undefined where a value is none of DynamoDB's. */
function itemOf(members: Members): GivenItem | undefined {
  const item: [string, GivenValue][] = []
  for (const [name, value] of Object.entries(members)) {
    const given = isObject(value) ? valueOf(value) : undefined
    if (!given) return undefined
    item.push([name, given])
  }
  return Object.fromEntries(item)
}

const isText = (value: unknown): value is string => typeof value === "string"
const areTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText)
const bytes = (text: string): Uint8Array => Buffer.from(text, "base64")

function valueOf(members: Members): GivenValue | undefined {
  const [[type, value] = ["", undefined], second] = Object.entries(members)
  if (second) return undefined
  switch (type) {
    case "S":
    case "N":
      return isText(value) ? { [type]: value } : undefined
    case "B":
      return isText(value) ? { B: bytes(value) } : undefined
    case "SS":
    case "NS":
      return areTexts(value) ? { [type]: value } : undefined
    case "BS":
      return areTexts(value) ? { BS: value.map(bytes) } : undefined
    case "BOOL":
    case "NULL":
      return typeof value === "boolean" ? { [type]: value } : undefined
    case "M": {
      const M = isObject(value) ? itemOf(value) : undefined
      return M && { M }
    }
    case "L":
      return listOf(value)
    default:
      return undefined
  }
}

function listOf(value: unknown): GivenValue | undefined {
  if (!Array.isArray(value)) return undefined
  const L: GivenValue[] = []
  for (const one of value) {
    const given = isObject(one) ? valueOf(one) : undefined
    if (!given) return undefined
    L.push(given)
  }
  return { L }
}
