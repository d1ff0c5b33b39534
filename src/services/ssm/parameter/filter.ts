import { badFilterKey, badFilterOption, badFilterValue } from "../errors.ts"
import type { Parameter, Version } from "./parameter.ts"

/** Texts are quoted from moto, which has them from AWS. */

export interface Filter {
  readonly Key: string
  readonly Option?: string | undefined
  readonly Values?: readonly string[] | undefined
}

export interface Filtered {
  readonly parameter: Parameter
  readonly version: Version
}

/** Which keys an operation takes, in the order in which refusals name them. */
export const DESCRIBE_KEYS = Object.freeze(["Path", "Name", "Type", "KeyId", "Tier"])
export const PATH_KEYS = Object.freeze(["Type", "KeyId"])

const ENUMS: Readonly<Record<string, readonly string[]>> = Object.freeze({
  Tier: ["Standard", "Advanced", "Intelligent-Tiering"],
  Type: ["String", "StringList", "SecureString"],
})

/** Throws InvalidFilterKey, InvalidFilterOption, InvalidFilterValue. */
export function assertFilters(
  filters: readonly Filter[],
  { keys, more }: { readonly keys: readonly string[]; readonly more: readonly string[] },
): void {
  const seen = new Set<string>()
  for (const filter of filters) {
    const { Key: key, Values: values = [] } = filter
    const isTag = key.startsWith("tag:")
    if (!keys.includes(key) && !more.includes(key) && !(isTag && more.includes("tag")))
      throw badFilterKey(
        `The following filter key is not valid: ${key}. Valid filter keys include: [${keys.join(", ")}].`,
      )
    if (!isTag && values.length === 0)
      throw badFilterValue(`The following filter values are missing : null for filter key ${key}.`)
    if (seen.has(key))
      throw badFilterKey(
        `The following filter is duplicated in the request: ${key}. A request can contain only one occurrence of a specific filter.`,
      )
    seen.add(key)
    assertOption(filter)
    const allowed = ENUMS[key]
    const wrong = allowed && values.find((value) => !allowed.includes(value))
    if (allowed && wrong !== undefined)
      throw badFilterOption(
        `The following filter value is not valid: ${wrong}. Valid values include: [${allowed.join(", ")}].`,
      )
  }
}

function assertOption({ Key: key, Option: option }: Filter): void {
  if (option === undefined) return
  const valid =
    key === "Path"
      ? ["Recursive", "OneLevel"]
      : ["BeginsWith", ...(key === "Name" ? ["Contains"] : []), "Equals"]
  if (!valid.includes(option))
    throw badFilterOption(
      `The following filter option is not valid: ${option}. Valid options include: [${valid.join(", ")}].`,
    )
}

export const matchesAll = (one: Filtered, filters: readonly Filter[]): boolean =>
  filters.every((filter) => matches(one, filter))

function matches({ parameter, version }: Filtered, filter: Filter): boolean {
  const { Key: key, Values: values = [], Option: option = "Equals" } = filter
  if (key === "Path") return values.some((path) => isUnder(parameter.key, path, filter.Option))
  if (key === "Label") return values.some((label) => version.labels.includes(label))
  const text = textOf(key, { parameter, version })
  if (text === undefined) return false
  // A tag without values: whether it is there.
  if (values.length === 0) return true
  return values.some((value) => compare(text, value, option))
}

function textOf(key: string, { parameter, version }: Filtered): string | undefined {
  switch (key) {
    case "Name":
      return parameter.name
    case "Type":
      return version.type
    case "KeyId":
      return version.keyId
    case "Tier":
      return version.tier
    case "DataType":
      return version.dataType
    default:
      return parameter.tags[key.slice("tag:".length)]
  }
}

/** A name with or without its first slash is the same. */
function compare(text: string, value: string, option: string): boolean {
  if (option === "Contains") return text.includes(value)
  if (option === "BeginsWith") return text.startsWith(value) || text.startsWith(`/${value}`)
  return text === value || text === `/${value}` || `/${text}` === value
}

export function isUnder(key: string, path: string, option = "OneLevel"): boolean {
  const prefix = path.endsWith("/") ? path : `${path}/`
  if (!key.startsWith(prefix)) return false
  return option === "Recursive" || !key.includes("/", prefix.length)
}
