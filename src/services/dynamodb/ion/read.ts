import type { Entry } from "../import/objects.ts"
import type { GivenItem, GivenValue } from "../values/validation.ts"
import { annotated, IonError, itemOf, MOST_LEVELS } from "./values.ts"

/**
 * Items of Amazon Ion text: each value a struct with `Item`, as exports write them. Behind what is no
 * Ion the rest is passed over, as for JSON. Of Ion's types those are read that DynamoDB has (docs:
 * "Amazon S3 import formats for DynamoDB").
 */
export function* ionItems(text: string): Generator<Entry> {
  const reader = new IonReader(text)
  for (;;) {
    let value: GivenValue | undefined
    try {
      value = reader.next()
    } catch (error) {
      if (!(error instanceof IonError)) throw error
      yield { error: error.message }
      return
    }
    if (!value) return
    yield itemOf(value)
  }
}

const SPACE = /(?:\s|\/\/[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/y
const SYMBOL = /[a-zA-Z_$][\w$]*/y
const NUMBER = /-?\d[\d_]*(?:\.[\d_]*)?(?:[dDeE][+-]?\d+)?(?![\w.-])/y
const ENCODED = /\{\{([\sA-Za-z0-9+/=]*)\}\}/y
const STRING = /"((?:[^"\\\n]|\\[^\n])*)"/y
const LONG = /'''((?:[^'\\]|\\[\s\S]|'(?!''))*)'''/y
const QUOTED = /'((?:[^'\\\n]|\\[^\n])*)'/y
const ESCAPE = /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n|.)/gs
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ n: "\n", r: "\r", t: "\t", a: "\x07", b: "\b", f: "\f", v: "\v", "0": "\0" },
  ...{ "\n": "", "\r\n": "" },
}

/** Reads values of Ion text, one after another. */
class IonReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Undefined at the end. */
  next(): GivenValue | undefined {
    for (;;) {
      this.#match(SPACE)
      if (this.#at >= this.#text.length) return undefined
      // The version stands where a value could.
      if (this.#text.startsWith("$ion_1_0", this.#at)) this.#at += "$ion_1_0".length
      else return this.#value(0)
    }
  }

  #value(level: number): GivenValue {
    if (level > MOST_LEVELS) throw new IonError("The value is nested too deeply")
    this.#match(SPACE)
    const text = this.#text
    const first = text[this.#at]
    if (text.startsWith("{{", this.#at)) return { B: this.#blob() }
    if (first === "{") return { M: this.#struct(level) }
    if (first === "[") return { L: this.#list(level) }
    if (first === '"') return { S: this.#string() }
    if (text.startsWith("'''", this.#at)) return { S: this.#longString() }
    const number = this.#match(NUMBER)
    if (number)
      return {
        N: number[0]
          .replaceAll("_", "")
          .replace(/[dD]/, "e")
          .replace(/\.(?=e|$)/, ""),
      }
    return this.#named(this.#symbol(), level)
  }

  /** A keyword, or an annotation with its value. */
  #named(name: string, level: number): GivenValue {
    this.#match(SPACE)
    if (this.#take("::")) return annotated(name, this.#value(level + 1))
    if (name === "true" || name === "false") return { BOOL: name === "true" }
    if (name !== "null") throw this.#unexpected()
    if (this.#take(".")) this.#symbol()
    return { NULL: true }
  }

  #struct(level: number): GivenItem {
    const members: [string, GivenValue][] = []
    this.#at += 1
    for (;;) {
      this.#match(SPACE)
      if (this.#take("}")) return Object.fromEntries(members)
      const name = this.#text[this.#at] === '"' ? this.#string() : this.#symbol()
      this.#match(SPACE)
      if (!this.#take(":")) throw this.#unexpected()
      members.push([name, this.#value(level + 1)])
      this.#separator("}")
    }
  }

  #list(level: number): GivenValue[] {
    const members: GivenValue[] = []
    this.#at += 1
    for (;;) {
      this.#match(SPACE)
      if (this.#take("]")) return members
      members.push(this.#value(level + 1))
      this.#separator("]")
    }
  }

  #separator(end: string): void {
    this.#match(SPACE)
    if (!this.#take(",") && this.#text[this.#at] !== end) throw this.#unexpected()
  }

  #symbol(): string {
    const quoted = this.#match(QUOTED)
    if (quoted) return unescaped(quoted[1] ?? "")
    const plain = this.#match(SYMBOL)
    if (!plain) throw this.#unexpected()
    return plain[0]
  }

  #string(): string {
    const found = this.#match(STRING)
    if (!found) throw this.#unexpected()
    return unescaped(found[1] ?? "")
  }

  /** Several of them, one behind another, are one. */
  #longString(): string {
    let whole = ""
    for (let part = this.#match(LONG); part; part = this.#match(LONG)) {
      whole += unescaped(part[1] ?? "")
      this.#match(SPACE)
    }
    return whole
  }

  #blob(): Uint8Array {
    const found = this.#match(ENCODED)
    if (!found) throw this.#unexpected()
    return Buffer.from(found[1] ?? "", "base64")
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found) this.#at = pattern.lastIndex
    return found
  }

  #take(text: string): boolean {
    const is = this.#text.startsWith(text, this.#at)
    if (is) this.#at += text.length
    return is
  }

  #unexpected(): IonError {
    return new IonError(`The object is not valid Ion text at character ${this.#at}`)
  }
}

const unescaped = (text: string): string =>
  text.replace(ESCAPE, (_all, code: string) =>
    /^[xuU]./.test(code)
      ? String.fromCodePoint(Math.min(Number.parseInt(code.slice(1), 16), 0x10ffff))
      : (ESCAPES[code] ?? code),
  )
