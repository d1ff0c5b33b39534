/** A place in a text: line from 1, column and offset from 0 (API: Position). */
export interface Position {
  readonly line: number
  readonly column: number
  readonly offset: number
}

export interface Span {
  readonly start: Position
  readonly end: Position
}

/** A step from the policy to a part of it (API: PathElement). */
export type PathElement =
  | { readonly value: string }
  | { readonly index: number }
  | { readonly key: string }

/** A JSON value with its place. */
export interface JsonNode {
  readonly path: readonly PathElement[]
  readonly span: Span
  readonly value: string | number | boolean | null | readonly JsonNode[] | readonly JsonMember[]
  readonly type: "string" | "number" | "boolean" | "null" | "list" | "object"
}

/** A member of an object; its own path ends with its name as a key. */
export interface JsonMember {
  readonly name: string
  readonly key: JsonNode
  readonly node: JsonNode
}

/** The text is no JSON; `offset` is where that shows. */
export class JsonFault extends Error {
  readonly position: Position

  constructor(position: Position) {
    super(`no JSON at ${position.offset}`)
    this.position = position
  }
}

/** Deeper than any policy can mean something. */
const DEEPEST = 32
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
// Control characters may not stand in JSON text.
// oxlint-disable-next-line no-control-regex
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y
const BLANK = /[ \t\r\n]*/y

/** Reads a text as JSON and keeps where everything stands. Throws JsonFault. */
export function readJsonTree(text: string): JsonNode {
  const reader = new TreeReader(text)
  const node = reader.value([], 0)
  reader.end()
  return node
}

export const membersOf = (node: JsonNode): readonly JsonMember[] =>
  node.type === "object" ? (node.value as readonly JsonMember[]) : []

export const memberOf = (node: JsonNode, name: string): JsonNode | undefined =>
  membersOf(node).find((member) => member.name === name)?.node

/** The items of a list; a single value is a list of itself. */
export const itemsOf = (node: JsonNode | undefined): readonly JsonNode[] =>
  node === undefined ? [] : node.type === "list" ? (node.value as readonly JsonNode[]) : [node]

export const textOf = (node: JsonNode): string | undefined =>
  typeof node.value === "string" ? node.value : undefined

class TreeReader {
  readonly #text: string
  readonly #lines: readonly number[]
  #at = 0

  constructor(text: string) {
    this.#text = text
    const lines = [0]
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines.push(at + 1)
    this.#lines = lines
  }

  value(path: readonly PathElement[], depth: number): JsonNode {
    this.#match(BLANK)
    const start = this.#at
    const char = this.#text[start]
    if (depth > DEEPEST) throw this.#fault()
    if (char === "{") return this.#object(path, depth)
    if (char === "[") return this.#list(path, depth)
    if (char === '"') return this.#string(path)
    const text = this.#match(SCALAR)
    if (text === "") throw this.#fault()
    const value = JSON.parse(text) as number | boolean | null
    const type = value === null ? "null" : (typeof value as "number" | "boolean")
    return { path, span: this.#span(start), value, type }
  }

  end(): void {
    this.#match(BLANK)
    if (this.#at < this.#text.length) throw this.#fault()
  }

  #object(path: readonly PathElement[], depth: number): JsonNode {
    const start = this.#at
    const members: JsonMember[] = []
    this.#each("}", () => {
      this.#match(BLANK)
      if (this.#text[this.#at] !== '"') throw this.#fault()
      const key = this.#string(path)
      const name = key.value as string
      this.#match(BLANK)
      this.#expect(":")
      const node = this.value([...path, { value: name }], depth + 1)
      members.push({ name, key: { ...key, path: [...path, { key: name }] }, node })
    })
    return { path, span: this.#span(start), value: members, type: "object" }
  }

  #list(path: readonly PathElement[], depth: number): JsonNode {
    const start = this.#at
    const items: JsonNode[] = []
    this.#each("]", () => {
      items.push(this.value([...path, { index: items.length }], depth + 1))
    })
    return { path, span: this.#span(start), value: items, type: "list" }
  }

  /** What stands between brackets, with commas between. */
  #each(close: string, read: () => void): void {
    this.#at += 1
    this.#match(BLANK)
    if (this.#text[this.#at] === close) {
      this.#at += 1
      return
    }
    for (;;) {
      read()
      this.#match(BLANK)
      if (this.#text[this.#at] === close) break
      this.#expect(",")
    }
    this.#at += 1
  }

  #string(path: readonly PathElement[]): JsonNode {
    const start = this.#at
    const text = this.#match(STRING)
    if (text === "") throw this.#fault()
    return { path, span: this.#span(start), value: JSON.parse(text) as string, type: "string" }
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const text = pattern.exec(this.#text)?.[0] ?? ""
    this.#at += text.length
    return text
  }

  #expect(char: string): void {
    if (this.#text[this.#at] !== char) throw this.#fault()
    this.#at += 1
  }

  #fault(): JsonFault {
    return new JsonFault(this.#position(this.#at))
  }

  #span(start: number): Span {
    return { start: this.#position(start), end: this.#position(this.#at) }
  }

  #position(offset: number): Position {
    const lines = this.#lines
    let [low, high] = [0, lines.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((lines[middle] as number) <= offset) low = middle
      else high = middle
    }
    return { line: low + 1, column: offset - (lines[low] as number), offset }
  }
}
