import type { Aggregate } from "./aggregate.ts"
import { compile, type Evaluate } from "./compile.ts"
import { ROW, rowNameOf, rowsOf } from "./from.ts"
import { childrenOf, parseStatement } from "./statement.ts"
import type { Expression, FromStep, SelectItem, Statement } from "./tree.ts"
import { Fields, isObject, fromRaw, type Value } from "./value.ts"

/** Names and values of one record of the answer, in order. */
export type Answer = readonly (readonly [name: string, value: Value])[]

const OBJECT: readonly string[] = Object.freeze(["s3object"])

interface Column {
  readonly name: string
  readonly value: Evaluate
  readonly spread: boolean
}

/** A statement on its way through the records: it holds no more than one of them. */
export class Query {
  readonly #from: readonly FromStep[]
  readonly #where: Evaluate | undefined
  readonly #columns: readonly Column[] | "*"
  readonly #aggregates: readonly Aggregate[]
  readonly #nowMs: number
  #left: number
  /** Names of columns that it asks for; undefined: all. */
  readonly wanted: readonly string[] | undefined

  /**
   * Throws Lexer… and Parse… errors. `tables`: by which names, in lower case, a statement may mean
   * what it goes over.
   */
  constructor(expression: string, nowMs: number, tables: readonly string[] = OBJECT) {
    const statement = parseStatement(expression, tables)
    const { select, from, alias, where, limit = Infinity } = statement
    const name = alias?.toLowerCase() ?? rowNameOf(from)
    const byPlace = name === ROW
    const names = new Set([...tables, ...(byPlace ? [] : [name])])
    const aggregates: Aggregate[] = []
    const scope = { names, byPlace, aggregates }
    this.#from = from
    this.#where = where && compile(where, scope)
    this.#columns =
      select === "*"
        ? "*"
        : select.map((item, index) => columnOf(item, index, compile(item.expression, scope)))
    this.#aggregates = aggregates
    this.#nowMs = nowMs
    this.#left = limit
    this.wanted = wantedNames(statement, names)
  }

  /** Each record stands for itself: nothing is summed up, and nothing left out behind a limit. */
  get isFilter(): boolean {
    return this.#aggregates.length === 0 && this.#left === Number.POSITIVE_INFINITY
  }

  /** Nothing more can come of it. */
  get done(): boolean {
    return this.#left <= 0
  }

  /** What one record of the object comes to. */
  *take(record: Value): Generator<Answer> {
    const rows = this.#from.length === 0 ? [record] : rowsOf(record, this.#from)
    for (const row of rows) {
      if (this.done) return
      const env = { row, nowMs: this.#nowMs }
      if (this.#where && !isTrue(this.#where(env))) continue
      if (this.#aggregates.length > 0) {
        for (const aggregate of this.#aggregates) aggregate.add(env)
        continue
      }
      this.#left--
      yield this.#answer(row)
    }
  }

  /** Behind the last record: what aggregates came to. */
  finish(): Answer | undefined {
    if (this.#aggregates.length === 0 || this.done) return undefined
    return this.#answer(undefined)
  }

  #answer(row: Value): Answer {
    if (this.#columns === "*") return entriesOf(row)
    const env = { row, nowMs: this.#nowMs }
    const answer: (readonly [string, Value])[] = []
    for (const { name, value, spread } of this.#columns) {
      const made = value(env)
      if (spread) answer.push(...entriesOf(made))
      else answer.push([name, made])
    }
    return answer
  }
}

const isTrue = (value: Value): boolean =>
  value === true || (typeof value === "string" && value.toLowerCase() === "true")

/** The fields of a record; what is no record is one field, `_1`. */
function entriesOf(row: Value): Answer {
  if (row instanceof Fields) return [...row.entries()]
  if (isObject(row)) return Object.entries(row).map(([name, raw]) => [name, fromRaw(raw)])
  return [["_1", row]]
}

const columnOf = (
  { expression, alias, spread }: SelectItem,
  index: number,
  value: Evaluate,
): Column => ({
  name: alias ?? lastName(expression) ?? `_${index + 1}`,
  value,
  spread: spread === true,
})

/** Without an alias a column has the name at the end of its path. */
function lastName(expression: Expression): string | undefined {
  if (expression.kind !== "path") return undefined
  const last = expression.steps.at(-1)
  return last?.kind === "name" ? last.name : undefined
}

/** The columns that a statement names, for formats that keep columns apart. */
function wantedNames(
  { select, from, where }: Statement,
  own: ReadonlySet<string>,
): readonly string[] | undefined {
  if (select === "*") return undefined
  const names = new Set<string>()
  if (from[0]?.kind === "name") names.add(from[0].name)
  let all = from.length > 0 && from[0]?.kind !== "name"
  const look = (expression: Expression): void => {
    if (expression.kind !== "path") {
      for (const child of childrenOf(expression)) look(child)
      return
    }
    const [first, second] = expression.steps
    const isOwn = first?.kind === "name" && own.has(first.name.toLowerCase())
    const step = isOwn ? second : first
    if (step?.kind === "name") names.add(step.name)
    else all = true
  }
  for (const { expression } of select) look(expression)
  if (where) look(where)
  return all ? undefined : [...names]
}
