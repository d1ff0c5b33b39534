import { posix } from "node:path"
import type { Node } from "typescript/unstable/ast"
import * as is from "typescript/unstable/ast/is"
import { walk } from "./code.ts"
import { lineOf } from "./project.ts"
import type { Finding, Project, Source } from "./project.ts"

const FILE_LINES = 400
const FUNCTION_LINES = 70
const FOLDER_ENTRIES = 30

/** Grow with AWS: one operation a file, one folder a service, generated data. */
const GROWING_FOLDERS = /(^|\/)ops$|^src\/services$|^src\/models\/(data|types|patches)$/

const VAGUE_NAMES = new Set(["util", "utils", "helper", "helpers", "misc"])
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.config)?\.ts$/
const OPERATION_NAME = /^[A-Z][A-Za-z0-9]*(\.test)?\.ts$/

/** Text that has no place in a public repository, and why. */
const UNWANTED_TEXT: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w.~-])\/(work|Users)\/[\w.-]+/, "a path of somebody's machine"],
  [/(?<![\w.~-])\/home\/(?!ec2-user|ubuntu)[\w.-]+/, "a path of somebody's machine"],
  [/\b[A-Z]:\\Users\\/, "a path of somebody's machine"],
  [/^(<{7} |>{7} |={7}$)/, "a mark of an unfinished merge"],
  [/"resolved": "https?:/, "a registry's address: install with omit-lockfile-registry-resolved"],
]

/** A comment that promises work without naming its issue. */
const LOOSE_PROMISE = /(?:\/\/|\*).*\b(?:TO[D]O|FIX[M]E)\b(?!\s*\(?#\d+)/

/** Files and functions that no longer fit a reader's head. */
export function sizes(project: Project): Finding[] {
  const findings: Finding[] = []
  for (const source of project.sources.values()) {
    if (source.lines > FILE_LINES) {
      const message = `${source.lines} lines, over ${FILE_LINES}: split it by AWS noun`
      findings.push({ rule: "file-size", path: source.path, message })
    }
    walk(source.tree, (node) => {
      const lines = functionLines(node, source)
      if (lines <= FUNCTION_LINES) return
      const line = lineOf(node, source.tree)
      const message = `this function has ${lines} lines, over ${FUNCTION_LINES}: give its parts names`
      findings.push({ rule: "function-size", path: source.path, line, message })
    })
  }
  return findings
}

/**
 * Lines of a function without those of the functions inside it: one that only holds others is
 * read like a class. 0 for anything else.
 */
function functionLines(node: Node, source: Source): number {
  return is.isFunctionLikeDeclaration(node) ? span(node, source) - inner(node, source) : 0
}

function span(node: Node, source: Source): number {
  const end = source.tree.getLineAndCharacterOfPosition(node.end).line + 1
  return end - lineOf(node, source.tree) + 1
}

/** Lines between the first and the last of each function directly in `node`. */
function inner(node: Node, source: Source): number {
  let lines = 0
  node.forEachChild((child) => {
    lines += is.isFunctionLikeDeclaration(child)
      ? Math.max(0, span(child, source) - 2)
      : inner(child, source)
  })
  return lines
}

/** Folders with more modules than a reader takes in at once. A test counts with its module. */
export function folders(project: Project): Finding[] {
  const entries = new Map<string, Set<string>>()
  for (const path of project.files.keys()) {
    if (path.endsWith(".test.ts")) continue
    for (let at = path; at.includes("/"); at = posix.dirname(at)) {
      const folder = posix.dirname(at)
      entries.set(folder, (entries.get(folder) ?? new Set()).add(at))
    }
  }
  return [...entries]
    .filter(([folder, inside]) => inside.size > FOLDER_ENTRIES && !GROWING_FOLDERS.test(folder))
    .map(([folder, inside]) => ({
      rule: "folder-size",
      path: `${folder}/`,
      message: `${inside.size} entries, over ${FOLDER_ENTRIES}: nest by noun`,
    }))
}

/** Names say what is inside, in one spelling. */
export function names(project: Project): Finding[] {
  const findings: Finding[] = []
  for (const path of project.sources.keys()) {
    const report = (message: string): void => void findings.push({ rule: "name", path, message })
    const vague = path.split(/[/.-]/).find((word) => VAGUE_NAMES.has(word))
    if (vague) report(`"${vague}" says nothing: name the noun that the code is about`)
    const name = posix.basename(path)
    const operation = posix.basename(posix.dirname(path)) === "ops"
    if (!KEBAB_CASE.test(name) && !(operation && OPERATION_NAME.test(name))) {
      report("file names are kebab-case nouns; only files in ops/ keep AWS's name of an operation")
    }
  }
  return findings
}

/** Every operation file has its test beside it. */
export function operationTests(project: Project): Finding[] {
  return [...project.sources.values()]
    .filter(({ path, test }) => !test && /^src\/services\/.+\/ops\/[^/]+\.ts$/.test(path))
    .map(({ path }) => ({ path, beside: path.replace(/\.ts$/, ".test.ts") }))
    .filter(({ beside }) => !project.sources.has(beside))
    .map(({ path, beside }) => ({
      rule: "operation-test",
      path,
      message: `has no test: write ${posix.basename(beside)} beside it`,
    }))
}

/** Text that must not be published, and promises without an issue. */
export function text(project: Project): Finding[] {
  const findings: Finding[] = []
  for (const [path, content] of project.files) {
    for (const [index, line] of content.split("\n").entries()) {
      const unwanted = UNWANTED_TEXT.find(([pattern]) => pattern.test(line))
      if (unwanted) findings.push({ rule: "text", path, line: index + 1, message: unwanted[1] })
      if (path.endsWith(".ts") && LOOSE_PROMISE.test(line)) {
        const message = "a promise needs the id of its issue, as in (#12)"
        findings.push({ rule: "todo", path, line: index + 1, message })
      }
    }
  }
  return findings
}
