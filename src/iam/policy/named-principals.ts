import { CLOSE_OBJECT, endOfString, isName, OPEN_OBJECT, QUOTE } from "./json.ts"

/** What one kind of principal is called in a policy: `AWS`, `Service` … and its name. */
export type Renaming = (kind: string, name: string) => string

/**
 * The policy text with other names for its principals, and otherwise as it was written, to the last
 * blank. The text is that of a policy that can be read (`parsePolicy`).
 */
export function withPrincipals(text: string, rename: Renaming): string {
  let renamed = ""
  let done = 0
  for (const { kind, start, end } of principalsIn(text)) {
    const name = JSON.parse(text.slice(start, end)) as string
    const other = rename(kind, name)
    if (other === name) continue
    renamed += text.slice(done, start) + JSON.stringify(other)
    done = end
  }
  return done === 0 ? text : renamed + text.slice(done)
}

/** A name as it is written: from its opening quote to behind the closing one. */
interface Written {
  readonly kind: string
  readonly start: number
  readonly end: number
}

const ELEMENTS: ReadonlySet<string | undefined> = Object.freeze(
  new Set(["Principal", "NotPrincipal"]),
)

/** The names under Statement, Principal or NotPrincipal, and a kind: alone or in lists. */
function principalsIn(text: string): readonly Written[] {
  const found: Written[] = []
  // The member that was named last, of each object around.
  const members: string[] = []
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === OPEN_OBJECT) members.push("")
    else if (code === CLOSE_OBJECT) members.pop()
    else if (code === QUOTE) {
      const end = endOfString(text, at) + 1
      const [top, element, kind = ""] = members
      if (isName(text, end)) members[members.length - 1] = JSON.parse(text.slice(at, end)) as string
      else if (members.length === 3 && top === "Statement" && ELEMENTS.has(element))
        found.push({ kind, start: at, end })
      at = end - 1
    }
  }
  return found
}
