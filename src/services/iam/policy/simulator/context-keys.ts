import type { CompiledPolicy } from "../../../../iam/policy/compile.ts"
import type { Context } from "../../../../iam/policy/context.ts"
import { parseDate } from "../../../../iam/policy/dates.ts"
import type { Statement } from "../../../../iam/policy/document.ts"
import { parseIpRange } from "../../../../iam/policy/ip-range.ts"
import type { In } from "../../define.ts"
import { invalidInput } from "../../errors.ts"

type Entries = In<"SimulateCustomPolicy">["ContextEntries"]

const VARIABLE = /\$\{\s*([^\s,{}'*?$]+)\s*(?:,[^}]*)?\}/g

/** The condition keys that a statement looks at, as it writes them. */
export function keysOfStatement(statement: Statement): readonly string[] {
  const { conditions, resource = [], notResource = [] } = statement
  const texts = [...resource, ...notResource, ...conditions.flatMap(({ values }) => values)]
  const variables = texts.flatMap((text) =>
    [...text.matchAll(VARIABLE)].map(([, key]) => key as string),
  )
  return [...variables, ...conditions.map(({ key }) => key)]
}

/** Each key once, however it is written. */
function distinctKeys(keys: readonly string[]): readonly string[] {
  const known = new Map<string, string>()
  for (const key of keys) if (!known.has(key.toLowerCase())) known.set(key.toLowerCase(), key)
  return [...known.values()]
}

export const keysOfPolicies = (policies: readonly CompiledPolicy[]): readonly string[] =>
  distinctKeys(policies.flatMap(({ document }) => document.statements.flatMap(keysOfStatement)))

/** The keys of a request's `ContextEntries`. Throws InvalidInput for values of another type. */
export function contextValues(entries: Entries = []): Record<string, string | readonly string[]> {
  const values: Record<string, string | readonly string[]> = {}
  for (const {
    ContextKeyName: name,
    ContextKeyValues: given = [],
    ContextKeyType: type,
  } of entries) {
    if (name === undefined || type === undefined) continue
    const list = type.endsWith("List")
    const fits = FITS[type.replace("List", "")] ?? (() => true)
    // The words are not verified.
    if (!given.every(fits)) throw invalidInput(`Invalid value of type ${type} for ${name}.`)
    if (!list && given.length > 1)
      throw invalidInput(`The context key ${name} of type ${type} takes a single value.`)
    const [first] = given
    if (list) values[name] = given
    else if (first !== undefined) values[name] = first
  }
  return values
}

const FITS: Readonly<Record<string, (text: string) => boolean>> = {
  numeric: (text) => text.trim() !== "" && Number.isFinite(Number(text)),
  boolean: (text) => /^(?:true|false)$/i.test(text),
  date: (text) => parseDate(text) !== undefined,
  ip: (text) => parseIpRange(text) !== undefined,
  binary: (text) => /^[A-Za-z0-9+/]*={0,2}$/.test(text),
}

export const missingKeys = (context: Context, keys: readonly string[]): readonly string[] =>
  distinctKeys(keys).filter((key) => context.get(key.toLowerCase()) === undefined)
