import { posix } from "node:path"

/** One declaration of a file; its text lacks the word `export`. */
interface Statement {
  readonly name: string
  readonly comment: readonly string[]
  readonly text: string
  readonly exported: boolean
}

/** A name that a file has from another one. */
interface Borrowed {
  readonly from: string
  readonly name: string
}

interface Declared {
  readonly statements: ReadonlyMap<string, Statement>
  readonly borrowed: ReadonlyMap<string, Borrowed>
  /** Names that it exports from elsewhere. */
  readonly passedOn: readonly string[]
}

/**
 * Gathers the declarations that users of an entry see into the text of one file: what the entry
 * exports and whatever that names, and nothing else of the program. Reads what tsc writes, which puts
 * every declaration of a file at the beginning of a line. Throws Error where a public type cannot
 * stand alone.
 */
export function gatherDeclarations(entry: string, read: (path: string) => string): string {
  const files = new Map<string, Declared>()
  const fileAt = (path: string): Declared => {
    const known = files.get(path) ?? declaredIn(read(path), path)
    files.set(path, known)
    return known
  }
  const { statements: own, passedOn } = fileAt(entry)
  const exported = [...own.values()].filter((one) => one.exported).map(({ name }) => name)
  const seen = new Set([...exported, ...passedOn])
  const gathered = new Map<string, { readonly at: string; readonly statement: Statement }>()

  function gather(path: string, name: string): void {
    const { statements, borrowed } = fileAt(path)
    const statement = statements.get(name)
    if (!statement) {
      const { from, name: there } = borrowed.get(name)!
      if (there !== name) throw new Error(`${path} calls ${there} of ${from} ${name}`)
      return gather(from, there)
    }
    const known = gathered.get(name)
    if (known?.at === path) return
    if (known) throw new Error(`${known.at} and ${path} both declare ${name}, which users see`)
    gathered.set(name, { at: path, statement })
    for (const named of namesIn(statement.text)) {
      if (statements.has(named) || borrowed.has(named)) gather(path, named)
    }
  }

  for (const name of seen) gather(entry, name)
  const texts = [...gathered.values()].map(({ statement: { name, comment, text } }) =>
    [...comment, seen.has(name) ? `export ${text}` : text].join("\n"),
  )
  return [...texts, "export {};", ""].join("\n")
}

const DECLARES_NOTHING = /^(?:export \{\}|import "[^"]+");$/

function declaredIn(text: string, path: string): Declared {
  const statements = new Map<string, Statement>()
  const borrowed = new Map<string, Borrowed>()
  const passedOn: string[] = []
  for (const { comment, text: one } of partsOf(text)) {
    const link = /^(import|export) (?:type )?\{([^}]*)\} from "([^"]+)";$/.exec(one)
    const head =
      /^(export )?((?:declare )?(?:abstract )?(?:interface|type|class|function|const) (\w+)[^]*)$/
    const declared = head.exec(one)
    if (link) {
      const [, verb, names = "", from = ""] = link
      for (const { name, here } of linkedNames(names)) {
        borrowed.set(here, { from: fileOf(from, path), name })
        if (verb === "export") passedOn.push(here)
      }
    } else if (declared) {
      const [, exported, declaration = "", name = ""] = declared
      if (statements.has(name)) throw new Error(`${path} declares ${name} twice`)
      statements.set(name, { name, comment, text: declaration, exported: exported !== undefined })
    } else if (!DECLARES_NOTHING.test(one))
      throw new Error(`${path}: what does this declare? ${one}`)
  }
  return { statements, borrowed, passedOn }
}

/** `A, type B as C` */
const linkedNames = (names: string): { readonly name: string; readonly here: string }[] =>
  names
    .split(",")
    .map((item) => item.trim().replace(/^type /, ""))
    .filter((item) => item !== "")
    .map((item) => {
      const [name = "", here = name] = item.split(" as ")
      return { name, here }
    })

const fileOf = (specifier: string, importer: string): string =>
  posix.join(posix.dirname(importer), specifier.replace(/\.ts$/, ".d.ts"))

const BEGINNING = /^(?:export|import|declare|abstract|interface|type|class|function|const)\b/

/** A declaration begins with a line, and the comment right before it is its own. */
function partsOf(text: string): { readonly comment: readonly string[]; readonly text: string }[] {
  const parts: { readonly comment: string[]; readonly lines: string[] }[] = []
  let comment: string[] = []
  for (const line of text.split("\n").filter((one) => one !== "")) {
    if (/^(?:\/\*\*| \*)/.test(line)) {
      comment.push(line)
      continue
    }
    if (BEGINNING.test(line)) parts.push({ comment, lines: [line] })
    else parts.at(-1)?.lines.push(...comment, line)
    comment = []
  }
  return parts.map((part) => ({ comment: part.comment, text: part.lines.join("\n") }))
}

/** Every word of a declaration that is neither in a comment nor in a text. */
function namesIn(text: string): Set<string> {
  const code = text.replace(/\/\*[^]*?\*\/|\/\/.*|"(?:[^"\\]|\\.)*"/g, "")
  return new Set(code.match(/[A-Za-z_$][\w$]*/g))
}
