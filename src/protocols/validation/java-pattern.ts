/**
 * AWS's models have regular expressions of Java. Most are JavaScript's as well; the others are
 * rewritten here: POSIX classes, intersections, possessive quantifiers, needless escapes.
 */

const POSIX: Readonly<Record<string, string>> = {
  Lower: "[a-z]",
  Upper: "[A-Z]",
  ASCII: "[\\x00-\\x7F]",
  Alpha: "[a-zA-Z]",
  Digit: "[0-9]",
  Alnum: "[a-zA-Z0-9]",
  Punct: "[!-\\/:-@\\[-`\\{-~]",
  Graph: "[!-~]",
  Print: "[ -~]",
  Blank: "[ \\t]",
  Cntrl: "[\\x00-\\x1F\\x7F]",
  XDigit: "[0-9A-Fa-f]",
  Space: "[ \\t\\n\\x0B\\f\\r]",
  IsAlphabetic: "\\p{Alphabetic}",
  IsWhitespace: "\\p{White_Space}",
  LD: "[\\p{L}\\p{Nd}]",
  L1: "[\\x00-\\xFF]",
  all: "[\\s\\S]",
}

const ATOM_ESCAPE = /[dDwWsSbBtnrfv]/
const SYNTAX = /[\^$\\.*+?()[\]{}|/]/
// What has to be escaped within a class of the `v` flag, or may be.
const CLASS_SYNTAX = /[\^$\\.*+?()[\]{}|/&\-!#%,:;<=>@`~]/
const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})/

/** A test of whole strings, or `undefined` when the pattern is none that JavaScript can have. */
export function javaPattern(source: string): RegExp | undefined {
  if (!source.includes("&&")) {
    try {
      return new RegExp(`^(?:${source})$`, "u")
    } catch {
      // Rewritten below.
    }
  }
  try {
    const translation = new Translation(source)
    return new RegExp(`^(?:${translation.text()})$`, `v${translation.flags}`)
  } catch {
    return undefined
  }
}

/** Reads a Java pattern once, from left to right. */
class Translation {
  flags = ""
  private readonly source: string
  private at = 0

  constructor(source: string) {
    this.source = source
  }

  text(): string {
    let result = ""
    // Where the last atom starts in the result; -1 when there is none to repeat.
    let atom = -1
    let quantified = false
    const groups: number[] = []
    while (this.at < this.source.length) {
      const quantifier = QUANTIFIER.exec(this.source.slice(this.at, this.at + 20))?.[0]
      if (quantifier !== undefined && atom >= 0) {
        this.at += quantifier.length
        const repeated = result.slice(atom)
        // Java repeats what is an anchor or repeated already; here it needs a group for that.
        const bare = !quantified && !/^(?:[$^]$|\(\?[=!<])/.test(repeated)
        result = result.slice(0, atom) + (bare ? repeated : `(?:${repeated})`) + quantifier
        quantified = true
        // JavaScript has no possessive quantifiers; a greedy one accepts at least as much.
        if (this.source[this.at] === "+") this.at += 1
        else if (this.source[this.at] === "?") {
          this.at += 1
          result += "?"
        }
        continue
      }
      quantified = false
      const start = result.length
      const char = this.source[this.at]!
      if (char === "(" && this.inlineFlags()) {
        atom = -1
      } else if (char === "(") {
        groups.push(start)
        result += this.groupStart()
        atom = -1
      } else if (char === ")") {
        this.at += 1
        result += ")"
        atom = groups.pop() ?? -1
      } else if (char === "|") {
        this.at += 1
        result += "|"
        atom = -1
      } else {
        result += this.atom(char)
        atom = result.length > start ? start : -1
      }
    }
    return result
  }

  private groupStart(): string {
    const special = /^\((?:\?(?::|=|!|<=|<!|>|<[A-Za-z]\w*>))?/.exec(this.source.slice(this.at))![0]
    this.at += special.length
    return special === "(?>" ? "(?:" : special
  }

  /** `(?i)`: flags for what follows; in AWS's models that is all that matters. */
  private inlineFlags(): boolean {
    const inline = /^\(\?([a-z]+)\)/.exec(this.source.slice(this.at))
    if (!inline) return false
    for (const flag of inline[1]!) if (flag === "i" || flag === "s") this.addFlag(flag)
    this.at += inline[0].length
    return true
  }

  private addFlag(flag: string): void {
    if (!this.flags.includes(flag)) this.flags += flag
  }

  private atom(char: string): string {
    if (char === "[") return this.characterClass()
    if (char === "\\") return this.escape(false)
    if (char === "*" || char === "+" || char === "?") throw new SyntaxError("Nothing to repeat")
    const point = String.fromCodePoint(this.source.codePointAt(this.at)!)
    this.at += point.length
    return point === "." || point === "^" || point === "$" || !SYNTAX.test(point)
      ? point
      : `\\${point}`
  }

  /** An escape, outside or inside a class. */
  private escape(inClass: boolean): string {
    const char = this.source[this.at + 1]
    if (char === undefined) throw new SyntaxError("A lone backslash")
    const rest = this.source.slice(this.at)
    const property = /^\\([pP])(?:\{([^}]+)\}|([A-Z]))/.exec(rest)
    if (property) {
      this.at += property[0].length
      return propertyClass(property[2] ?? property[3]!, property[1] === "P")
    }
    const quoted = /^\\Q([\s\S]*?)(?:\\E|$)/.exec(rest)
    if (quoted) {
      this.at += quoted[0].length
      return Array.from(quoted[1]!, (one) => literal(one, inClass)).join("")
    }
    const code =
      /^(?:\\u[0-9a-fA-F]{4})(?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?/.exec(rest)?.[0] ??
      /^\\x[0-9a-fA-F]{2}/.exec(rest)?.[0]
    if (code !== undefined) {
      this.at += code.length
      return code
    }
    const long = /^\\x\{([0-9a-fA-F]+)\}/.exec(rest)
    if (long) {
      this.at += long[0].length
      return `\\u{${long[1]}}`
    }
    this.at += 2
    if (char === "A" && !inClass) return "^"
    if ((char === "z" || char === "Z") && !inClass) return "$"
    if (char === "h") return "[ \\t\\u00A0\\u1680\\u180E\\u2000-\\u200A\\u202F\\u205F\\u3000]"
    if (ATOM_ESCAPE.test(char) || (!inClass && /[1-9]/.test(char))) return `\\${char}`
    return literal(char, inClass)
  }

  /** `[…]`, with nested classes and intersections, as the `v` flag writes it. */
  private characterClass(): string {
    this.at += 1
    const negated = this.source[this.at] === "^"
    if (negated) this.at += 1
    const operands: string[] = []
    let items = ""
    for (let first = true; ; first = false) {
      const char = this.source[this.at]
      if (char === undefined) throw new SyntaxError("A class without end")
      if (char === "]" && !first) break
      if (this.source.startsWith("&&", this.at)) {
        this.at += 2
        operands.push(items)
        items = ""
      } else {
        items += this.classItem(char)
      }
    }
    this.at += 1
    operands.push(items)
    const content =
      operands.length === 1 ? items : operands.map((operand) => `[${operand}]`).join("&&")
    return negated ? `[^${content}]` : `[${content}]`
  }

  private classItem(char: string): string {
    if (char === "[") return this.characterClass()
    const from = this.classAtom()
    const next = this.source[this.at + 1]
    const range = this.source[this.at] === "-" && next !== undefined && next !== "]" && next !== "["
    if (!range || !isSingle(from)) return from
    const back = this.at
    this.at += 1
    const to = this.classAtom()
    if (isSingle(to)) return `${from}-${to}`
    // `[.-\w]`: the hyphen is itself.
    this.at = back + 1
    return `${from}\\-`
  }

  private classAtom(): string {
    if (this.source[this.at] === "\\") return this.escape(true)
    const point = String.fromCodePoint(this.source.codePointAt(this.at)!)
    this.at += point.length
    return literal(point, true)
  }
}

function literal(char: string, inClass: boolean): string {
  return (inClass ? CLASS_SYNTAX : SYNTAX).test(char) ? `\\${char}` : char
}

/** True for one character, which can be an end of a range. */
function isSingle(item: string): boolean {
  return !item.startsWith("[") && !/^\\[pPdDwWsS]/.test(item)
}

function propertyClass(name: string, negated: boolean): string {
  const posix = Object.hasOwn(POSIX, name) ? POSIX[name]! : undefined
  if (posix === undefined) return `\\${negated ? "P" : "p"}{${name.replace(/^Is/, "")}}`
  return negated ? `[^${posix}]` : posix
}
