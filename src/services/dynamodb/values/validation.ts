import type { AwsError } from "../../../protocols/aws-error.ts"
import { setOwn } from "../../../protocols/own-property.ts"
import { invalidText, invalidValues, RequestError, tooManyLevels, validation } from "../errors.ts"
import { bytesText, type AttributeValue, type Item } from "./attribute-value.ts"
import { compareText } from "./compare.ts"
import { normalNumber } from "./number.ts"

/** A value as the codec reads it from a request: any members, or none. */
export interface GivenValue {
  readonly S?: string | undefined
  readonly N?: string | undefined
  readonly B?: Uint8Array | undefined
  readonly SS?: readonly string[] | undefined
  readonly NS?: readonly string[] | undefined
  readonly BS?: readonly Uint8Array[] | undefined
  readonly M?: Readonly<Record<string, GivenValue>> | undefined
  readonly L?: readonly GivenValue[] | undefined
  readonly NULL?: boolean | undefined
  readonly BOOL?: boolean | undefined
}

export type GivenItem = Readonly<Record<string, GivenValue>>

/** Levels of lists and maps in one attribute; what they hold is the 32nd level (recorded). */
const MOST_LEVELS = 31

/** The attributes, each checked and in normal form. Throws ValidationException in AWS's words. */
export function checkedItem(given: GivenItem): Item {
  return checkedMap(given, 0)
}

const NAME_BYTES = 65_535

/** Names of attributes have limits (recorded); of those in maps we do not know. */
export function assertName(name: string): void {
  if (name === "") throw validation("Empty attribute name")
  // The words are not verified.
  if (name.length > NAME_BYTES / 4 && Buffer.byteLength(name) > NAME_BYTES)
    throw invalidValues(`Attribute name is too large, must be less than ${NAME_BYTES + 1} bytes`)
}

/** The value, checked and in normal form. */
export function checkedValue(given: GivenValue): AttributeValue {
  return checked(given, 0)
}

/** Most values are in normal form: nothing is copied before one is not. */
function checkedMap(given: GivenItem, level: number): Item {
  let normal: Record<string, AttributeValue> | undefined
  for (const name in given) {
    if (level === 0) assertName(name)
    const value = given[name] as GivenValue
    const made = checked(value, level)
    if (made === value) continue
    normal ??= { ...(given as Item) }
    setOwn(normal, name, made)
  }
  return normal ?? (given as Item)
}

function checkedList(given: readonly GivenValue[], level: number): readonly AttributeValue[] {
  let same = true
  const normal = given.map((value) => {
    const made = checked(value, level)
    same &&= made === value
    return made
  })
  return same ? (given as readonly AttributeValue[]) : normal
}

function checked(given: GivenValue, level: number): AttributeValue {
  let value: AttributeValue | undefined
  let types = 0
  for (const type in given) {
    if (given[type as keyof GivenValue] === undefined) continue
    types += 1
    value = checkedType(given, type, level)
  }
  // Recorded, both: what is wrong with a value of one type counts more than a second type.
  if (value === undefined) throw wrongTypes("is empty")
  if (types > 1) throw wrongTypes("has more than one datatypes set")
  return value
}

const wrongTypes = (fault: string): AwsError =>
  new RequestError(
    `Supplied AttributeValue ${fault}, must contain exactly one of the supported datatypes`,
    { enveloped: false },
  )

function checkedType(given: GivenValue, type: string, level: number): AttributeValue {
  switch (type) {
    case "N": {
      const text = given.N as string
      const normal = normalNumber(text)
      return normal === text ? (given as AttributeValue) : { N: normal }
    }
    case "NULL":
      if (given.NULL !== true)
        throw invalidValues("Null attribute value types must have the value of true")
      return given as AttributeValue
    case "SS":
      return checkedStrings(given, given.SS as readonly string[])
    case "NS":
      return checkedNumbers(given.NS as readonly string[])
    case "BS":
      return checkedBytes(given, given.BS as readonly Uint8Array[])
    case "M": {
      const map = given.M as GivenItem
      const normal = checkedMap(map, deeper(level))
      return normal === map ? (given as AttributeValue) : { M: normal }
    }
    case "L": {
      const list = given.L as readonly GivenValue[]
      const normal = checkedList(list, deeper(level))
      return normal === list ? (given as AttributeValue) : { L: normal }
    }
    default:
      return given as AttributeValue
  }
}

function deeper(level: number): number {
  if (level >= MOST_LEVELS) throw tooManyLevels()
  return level + 1
}

/** The words of the sets are recorded, with their blanks. */
function checkedStrings(given: GivenValue, strings: readonly string[]): AttributeValue {
  if (strings.length === 0) throw invalidValues("An string set  may not be empty")
  if (new Set(strings).size < strings.length) {
    const newer = untilRepeated(strings).map((text) => JSON.stringify(text))
    throw new RequestError(
      invalidText(`Input collection [${strings.join(", ")}] contains duplicates.`),
      { newer: invalidText(`Input collection [${newer.join(", ")}] contains duplicates.`) },
    )
  }
  return given as AttributeValue
}

function checkedNumbers(numbers: readonly string[]): AttributeValue {
  if (numbers.length === 0) throw invalidValues("An number set  may not be empty")
  const normal = numbers.map(normalNumber)
  if (new Set(normal).size < normal.length) {
    const text = "Input collection contains duplicates"
    throw new RequestError(text, { newer: invalidText(`${text}.`) })
  }
  return { NS: normal }
}

function checkedBytes(given: GivenValue, values: readonly Uint8Array[]): AttributeValue {
  if (values.length === 0) throw invalidValues("Binary sets should not be empty")
  const keys = values.map(bytesText)
  if (new Set(keys).size < values.length) {
    const base64 = (bytes: string): string => Buffer.from(bytes, "latin1").toString("base64")
    const newer = untilRepeated(keys).map((bytes) => `"${base64(bytes)}"`)
    throw new RequestError(
      invalidText(
        `Input collection [${keys.map(base64).join(", ")}]of type BS contains duplicates.`,
      ),
      {
        newer: invalidText(`Input collection [${newer.join(",")}]of type BS contains duplicates.`),
      },
    )
  }
  return given as AttributeValue
}

/** The newer way tells of a set what it had read of it in order, and then the rest (recorded). */
function untilRepeated(members: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  const at = members.findIndex((member) => seen.size === seen.add(member).size)
  return [...members.slice(0, at).toSorted(compareText), ...members.slice(at)]
}
