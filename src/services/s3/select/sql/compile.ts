import { selectError } from "../errors.ts"
import { Aggregate } from "./aggregate.ts"
import { calculate, cast } from "./arithmetic.ts"
import { datePart } from "./date-parts.ts"
import { FUNCTIONS, isNothing } from "./functions.ts"
import { ROW } from "./from.ts"
import { likeMatcher } from "./like.ts"
import type { Comparison, Expression, Step } from "./tree.ts"
import { compare, fieldOf, Fields, fromRaw, isObject, textOf, type Value } from "./value.ts"

/** What an expression is worked out from: one record and the time of the query. */
export interface Environment {
  readonly row: Value
  readonly nowMs: number
}

export type Evaluate = (env: Environment) => Value

/** What the compiler of one statement knows and collects. */
export interface Scope {
  /** Names of the record itself, in lower case. */
  readonly names: ReadonlySet<string>
  /** It may be meant by `_1`, where that is none of its own names. */
  readonly byPlace: boolean
  readonly aggregates: Aggregate[]
}

/** Makes a function of an expression: what does not depend on the record is worked out once. */
export function compile(of: Expression, scope: Scope): Evaluate {
  switch (of.kind) {
    case "literal": {
      const { value } = of
      return () => value
    }
    case "path":
      return compilePath(of.steps, scope)
    case "compare":
      return binary(of, scope, (left, right) => compared(of.op, left, right))
    case "arithmetic":
      return binary(of, scope, (left, right) => calculate(of.op, left, right))
    case "and":
    case "or":
      return compileLogic(of, scope)
    case "not": {
      const inner = compile(of.of, scope)
      return (env) => negation(inner(env))
    }
    case "negative": {
      const inner = compile(of.of, scope)
      return (env) => calculate("-", 0n, inner(env))
    }
    case "between":
      return compileBetween(of, scope)
    case "in":
      return compileIn(of, scope)
    case "like":
      return compileLike(of, scope)
    case "is": {
      const inner = compile(of.of, scope)
      return of.what === "missing"
        ? (env) => inner(env) === undefined
        : (env) => isNothing(inner(env))
    }
    case "case":
      return compileCase(of, scope)
    case "cast": {
      const inner = compile(of.of, scope)
      return (env) => cast(inner(env), of.type)
    }
    case "call":
      return compileCall(of, scope)
    case "date": {
      const args = of.args.map((one) => compile(one, scope))
      return (env) =>
        datePart(
          of.name,
          of.part,
          args.map((one) => one(env)),
        )
    }
    case "trim":
      return compileTrim(of, scope)
    case "aggregate": {
      const aggregate = new Aggregate(of.name, of.of && compile(of.of, scope))
      scope.aggregates.push(aggregate)
      return () => aggregate.result
    }
  }
}

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>

function binary(
  { left, right }: { readonly left: Expression; readonly right: Expression },
  scope: Scope,
  work: (left: Value, right: Value) => Value,
): Evaluate {
  const [one, two] = [compile(left, scope), compile(right, scope)]
  return (env) => work(one(env), two(env))
}

/** The record's own name, if it begins with that, and then step by step. */
function compilePath(steps: readonly Step[], { names, byPlace }: Scope): Evaluate {
  const [first] = steps
  if (byPlace && first?.kind === "name" && first.name === ROW) {
    const behind = steps.slice(1)
    return ({ row }) => walk(row, hasColumn(row) ? steps : behind)
  }
  const isOwn = first?.kind === "name" && names.has(first.name.toLowerCase())
  const rest = isOwn ? steps.slice(1) : steps
  const [only] = rest
  if (rest.length === 1 && only?.kind === "name") {
    const { name, exact } = only
    return (env) => fieldOf(env.row, name, exact)
  }
  return (env) => walk(env.row, rest)
}

/** Whether `_1` is a name of its own: in CSV it is the first column. */
const hasColumn = (row: Value): boolean =>
  row instanceof Fields || (isObject(row) && Object.hasOwn(row, ROW))

/** What a path leads to; behind a `[*]`, the list of all that it leads to. */
function walk(value: Value, steps: readonly Step[]): Value {
  let at = value
  for (const [index, step] of steps.entries()) {
    if (step.kind === "name") at = fieldOf(at, step.name, step.exact)
    else if (!Array.isArray(at)) return step.kind === "all" ? [at] : undefined
    else if (step.kind === "index") at = fromRaw(at[step.index])
    else
      return (at as readonly unknown[]).flatMap((item) => {
        const found = walk(fromRaw(item), steps.slice(index + 1))
        return Array.isArray(found) && steps.slice(index + 1).some(({ kind }) => kind === "all")
          ? (found as Value[])
          : [found]
      })
  }
  return at
}

/** NULL where one of them is nothing; what cannot be compared is not equal, and in no order. */
function compared(op: Comparison, left: Value, right: Value): Value {
  if (isNothing(left) || isNothing(right)) return null
  const order = compare(left, right)
  if (order === undefined) return op === "=" ? false : op === "!=" ? true : null
  switch (op) {
    case "=":
      return order === 0
    case "!=":
      return order !== 0
    case "<":
      return order < 0
    case "<=":
      return order <= 0
    case ">":
      return order > 0
    case ">=":
      return order >= 0
  }
}

/** True, false, or nothing is known. Text of CSV may say it. */
function truth(value: Value): boolean | null {
  if (typeof value === "boolean") return value
  if (isNothing(value)) return null
  if (typeof value === "string") {
    const text = value.toLowerCase()
    if (text === "true" || text === "false") return text === "true"
  }
  throw selectError("InvalidDataType")
}

function negation(value: Value): Value {
  const known = truth(value)
  return known === null ? null : !known
}

function compileLogic({ kind, left, right }: Of<"and" | "or">, scope: Scope): Evaluate {
  const [one, two] = [compile(left, scope), compile(right, scope)]
  const decides = kind === "or"
  return (env) => {
    const first = truth(one(env))
    if (first === decides) return decides
    const second = truth(two(env))
    if (second === decides) return decides
    return first === null || second === null ? null : !decides
  }
}

function compileBetween({ of, low, high }: Of<"between">, scope: Scope): Evaluate {
  const [inner, from, to] = [compile(of, scope), compile(low, scope), compile(high, scope)]
  return (env) => {
    const value = inner(env)
    const above = compared(">=", value, from(env))
    const below = compared("<=", value, to(env))
    if (above === false || below === false) return false
    return above === null || below === null ? null : true
  }
}

function compileIn({ of, list }: Of<"in">, scope: Scope): Evaluate {
  const inner = compile(of, scope)
  const items = list.map((item) => compile(item, scope))
  return (env) => {
    const value = inner(env)
    if (isNothing(value)) return null
    let unknown = false
    for (const item of items) {
      const one = item(env)
      for (const candidate of Array.isArray(one) ? (one as unknown[]) : [one]) {
        const other = fromRaw(candidate)
        if (isNothing(other)) unknown = true
        else if (compare(value, other) === 0) return true
      }
    }
    return unknown ? null : false
  }
}

function compileLike({ of, pattern, escape }: Of<"like">, scope: Scope): Evaluate {
  const [inner, form] = [compile(of, scope), compile(pattern, scope)]
  const escaping = escape && compile(escape, scope)
  // Patterns seldom change from record to record.
  let known:
    | { form: string; escape: string | undefined; fits: (text: string) => boolean }
    | undefined
  return (env) => {
    const [value, text] = [inner(env), form(env)]
    const sign = escaping?.(env)
    if (isNothing(value) || isNothing(text)) return null
    if (typeof value !== "string" || typeof text !== "string")
      throw selectError("LikeInvalidInputs")
    if (sign !== undefined && typeof sign !== "string") throw selectError("LikeInvalidInputs")
    if (known?.form !== text || known.escape !== sign)
      known = { form: text, escape: sign, fits: likeMatcher(text, sign) }
    return known.fits(value)
  }
}

function compileCase({ of, branches, otherwise }: Of<"case">, scope: Scope): Evaluate {
  const subject = of && compile(of, scope)
  const made = branches.map(({ when, result }) => ({
    when: compile(when, scope),
    result: compile(result, scope),
  }))
  const last = otherwise && compile(otherwise, scope)
  return (env) => {
    const value = subject?.(env)
    for (const { when, result } of made) {
      const told = when(env)
      if (subject ? compared("=", value, told) === true : truth(told) === true) return result(env)
    }
    return last ? last(env) : null
  }
}

function compileCall({ name, args }: Of<"call">, scope: Scope): Evaluate {
  const fn = FUNCTIONS[name] as (typeof FUNCTIONS)[string]
  const inner = args.map((one) => compile(one, scope))
  return (env) =>
    fn.apply(
      inner.map((one) => one(env)),
      env.nowMs,
    )
}

function compileTrim({ side, characters, of }: Of<"trim">, scope: Scope): Evaluate {
  const inner = compile(of, scope)
  const set = characters && compile(characters, scope)
  return (env) => {
    const text = textOf(inner(env))
    const trimmed = set ? textOf(set(env)) : " "
    if (text === undefined || trimmed === undefined) return null
    const chars = Array.from(text)
    const goes = new Set(trimmed)
    let start = 0
    let end = chars.length
    if (side !== "trailing") while (start < end && goes.has(chars[start] as string)) start++
    if (side !== "leading") while (end > start && goes.has(chars[end - 1] as string)) end--
    return chars.slice(start, end).join("")
  }
}
