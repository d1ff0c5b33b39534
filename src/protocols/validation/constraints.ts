import type { Constraints, Member, Shape, StructureShape } from "../../models/schema.ts"
import type { Values } from "../codec.ts"
import { javaPattern } from "./java-pattern.ts"
import {
  enumOrder,
  hashMapOrder,
  isSensitive,
  javaDouble,
  javaName,
  javaValue,
} from "./java-text.ts"

/** Where errors of a value are told; absent while it is only asked whether there are any. */
export interface ErrorPlace {
  readonly path: string
  readonly errors: string[]
}

/** True when the value is valid; false after telling what is wrong with it, if there is a place. */
export type Check = (value: unknown, place: ErrorPlace | undefined) => boolean

/** How a service words its errors, as far as services differ. */
export interface ConstraintWording {
  /** Values, and the values of enumerations, are not shown. */
  readonly hideValues: boolean
  /** List and map shapes whose items' constraints end with "Member must not be null". */
  readonly notNullItems: ReadonlySet<string>
}

interface Rule {
  readonly text: string
  readonly holds: (value: unknown) => boolean
}

// Recorded from Kinesis: no message tells more.
const MAX_ERRORS = 10
const NOT_NULL = "Member must not be null"
// Longer text is not matched against patterns, some of which take time that grows with its square.
const MAX_MATCHED = 8192

/**
 * The checks of one service's shapes, compiled on first use. They know AWS's wording and order:
 * members in the order of a Java hash map, of one member its pattern before its length, then what
 * is in it. `undefined` for a shape without constraints.
 */
export function createChecks(wording: ConstraintWording): (shape: Shape) => Check | undefined {
  const compiled = new WeakMap<Shape, { check: Check | undefined }>()

  function contentCheck(shape: Shape): Check | undefined {
    const known = compiled.get(shape)
    if (known !== undefined) return known.check
    const entry = { check: undefined as Check | undefined }
    compiled.set(shape, entry)
    if (isConstrained(shape)) entry.check = compile(shape)
    return entry.check
  }

  function compile(shape: Shape): Check | undefined {
    switch (shape.type) {
      case "structure":
        return structureCheck(shape)
      case "list":
        return listCheck(shape.member.shape, shape)
      case "map":
        return mapCheck(shape.key.shape, shape.value.shape, shape)
      default:
        return undefined
    }
  }

  function structureCheck(shape: StructureShape): Check {
    const required = new Set(shape.required)
    const names = new Map(Object.keys(shape.members).map((name) => [javaName(name), name]))
    const checks = hashMapOrder([...names.keys()]).flatMap((java) => {
      const name = names.get(java)!
      const check = memberCheck(shape.members[name]!, required.has(name))
      return check ? [{ name, java, check }] : []
    })
    return (value, place) => {
      let valid = true
      for (const { name, java, check } of checks) {
        const item = (value as Values)[name]
        if (check(item, place && under(place, java))) continue
        valid = false
        if (place === undefined) return false
      }
      return valid
    }
  }

  function memberCheck({ shape }: Member, required: boolean): Check | undefined {
    const rules = rulesOf(shape, wording)
    // Structures are compiled when they are met, because they can contain themselves.
    const deep = isConstrained(shape) && shape.type !== "list" && shape.type !== "map"
    const content = deep ? lazy(shape) : contentCheck(shape)
    if (!required && rules.length === 0 && content === undefined) return undefined
    const inOrder = rules.toReversed()
    return (value, place) => {
      if (value === undefined || value === null) {
        return !required || (place ? fail(place, "Value null", NOT_NULL) : false)
      }
      let valid = true
      for (const rule of inOrder) {
        if (rule.holds(value)) continue
        if (place === undefined) return false
        valid = tell(place, shape, value, rule.text)
      }
      return (content === undefined || content(value, place)) && valid
    }
  }

  function lazy(shape: Shape): Check {
    return (value, place) => contentCheck(shape)?.(value, place) ?? true
  }

  function listCheck(item: Shape, list: Shape): Check {
    const rules = itemRules(item, list)
    const content = isConstrained(item) ? lazy(item) : undefined
    return (value, place) => {
      const items = value as unknown[]
      let valid = true
      if (!items.every((one) => holds(rules, one))) {
        if (place === undefined) return false
        valid = tell(place, list, value, `Member must satisfy constraint: ${texts(rules)}`)
      }
      if (content === undefined) return valid
      for (let i = 0; i < items.length; i++) {
        if (items[i] === null || content(items[i], place && under(place, `${i + 1}.member`)))
          continue
        if (place === undefined) return false
        valid = false
      }
      return valid
    }
  }

  function mapCheck(key: Shape, item: Shape, map: Shape): Check {
    const keyRules = rulesOf(key, wording)
    const rules = itemRules(item, map)
    const content = isConstrained(item) ? lazy(item) : undefined
    return (value, place) => {
      const entries = value as Values
      let goodKeys = true
      let goodItems = true
      for (const name in entries) {
        goodKeys &&= holds(keyRules, name)
        goodItems &&= holds(rules, entries[name])
      }
      if (!goodKeys) {
        if (place === undefined) return false
        tell(place, map, value, `Map keys must satisfy constraint: ${texts(keyRules)}`)
      }
      if (!goodItems) {
        if (place === undefined) return false
        tell(place, map, value, `Map value must satisfy constraint: ${texts(rules)}`)
      }
      let valid = goodKeys && goodItems
      if (content === undefined) return valid
      for (const name in entries) {
        const one = entries[name]
        if (one === null || content(one, place && under(place, `${name}.member`))) continue
        if (place === undefined) return false
        valid = false
      }
      return valid
    }
  }

  function itemRules(item: Shape, container: Shape): readonly Rule[] {
    const rules = rulesOf(item, wording)
    return wording.notNullItems.has(container.name)
      ? [...rules, { text: NOT_NULL, holds: () => true }]
      : rules
  }

  function tell(place: ErrorPlace, shape: Shape, value: unknown, constraint: string): false {
    if (place.errors.length >= MAX_ERRORS) return false
    const hidden = wording.hideValues || isSensitive(shape)
    return fail(place, hidden ? "Value" : `Value '${javaValue(shape, value)}'`, constraint)
  }

  return contentCheck
}

function under(place: ErrorPlace, step: string): ErrorPlace {
  return { path: place.path === "" ? step : `${place.path}.${step}`, errors: place.errors }
}

function fail(place: ErrorPlace, value: string, constraint: string): false {
  if (place.errors.length < MAX_ERRORS) {
    place.errors.push(`${value} at '${place.path}' failed to satisfy constraint: ${constraint}`)
  }
  return false
}

function holds(rules: readonly Rule[], value: unknown): boolean {
  if (value === null) return rules.every((rule) => rule.text !== NOT_NULL)
  for (const rule of rules) if (!rule.holds(value)) return false
  return true
}

function texts(rules: readonly Rule[]): string {
  return `[${rules.map((rule) => rule.text).join(", ")}]`
}

/** True when something within the shape (not about its own size or text) is constrained. */
function isConstrained(root: Shape): boolean {
  const seen = new Set<Shape>()
  const waiting: Shape[] = [root]
  for (let shape = waiting.pop(); shape !== undefined; shape = waiting.pop()) {
    if (seen.has(shape)) continue
    seen.add(shape)
    if (shape !== root && hasRules(shape)) return true
    if (shape.type === "structure") {
      if (shape.required !== undefined && shape.required.length > 0) return true
      for (const name in shape.members) waiting.push(shape.members[name]!.shape)
    } else if (shape.type === "list") waiting.push(shape.member.shape)
    else if (shape.type === "map") waiting.push(shape.key.shape, shape.value.shape)
  }
  return false
}

function hasRules(shape: Shape): boolean {
  const { min, max, pattern, enum: values } = shape as Constraints
  return min !== undefined || max !== undefined || pattern !== undefined || values !== undefined
}

/** The shape's own constraints, in the order in which AWS lists them. */
function rulesOf(shape: Shape, wording: ConstraintWording): readonly Rule[] {
  const { min, max } = shape as Constraints
  switch (shape.type) {
    case "string":
    case "character":
      return [...sizeRules("length", { min, max }, textLength), ...textRules(shape, wording)]
    case "list":
      return sizeRules("length", { min, max }, (value) => (value as unknown[]).length)
    case "map":
      return sizeRules("length", { min, max }, (value) => Object.keys(value as Values).length)
    case "blob":
      return sizeRules("length", { min, max }, (value) =>
        value instanceof Uint8Array ? value.length : undefined,
      )
    case "float":
    case "double":
      return sizeRules("value", { min, max, write: javaDouble }, (value) => value as number)
    case "integer":
    case "long":
    case "biginteger":
    case "bigdecimal":
      return sizeRules("value", { min, max }, (value) => value as number)
    default:
      return []
  }
}

interface Size {
  readonly min: number | undefined
  readonly max: number | undefined
  readonly write?: (limit: number) => string
}

/** `sizeOf` gives `undefined` where the size is not known yet: a stream's is not checked. */
function sizeRules(
  noun: "length" | "value",
  { min, max, write = String }: Size,
  sizeOf: (value: unknown) => number | undefined,
): Rule[] {
  const rules: Rule[] = []
  if (max !== undefined) {
    rules.push({
      text: `Member must have ${noun} less than or equal to ${write(max)}`,
      holds: (value) => !((sizeOf(value) ?? max) > max),
    })
  }
  if (min !== undefined) {
    rules.push({
      text: `Member must have ${noun} greater than or equal to ${write(min)}`,
      holds: (value) => !((sizeOf(value) ?? min) < min),
    })
  }
  return rules
}

function textLength(value: unknown): number {
  return (value as string).length
}

function textRules(shape: Constraints, wording: ConstraintWording): Rule[] {
  const rules: Rule[] = []
  const { enum: values, pattern } = shape
  if (values !== undefined) {
    const known = new Set(values)
    const list = wording.hideValues ? "" : `: [${enumOrder(values).join(", ")}]`
    rules.push({
      text: `Member must satisfy enum value set${list}`,
      holds: (value) => known.has(value as string),
    })
  }
  if (pattern !== undefined) {
    let regex: RegExp | undefined | null = null
    rules.push({
      text: `Member must satisfy regular expression pattern: ${pattern}`,
      holds(value) {
        if (regex === null) regex = javaPattern(pattern)
        const text = value as string
        return regex === undefined || text.length > MAX_MATCHED || regex.test(text)
      },
    })
  }
  return rules
}
