/**
 * The house rules that a machine can check. Prints every finding with its place and what to do
 * instead, then the numbers worth watching; fails when there is a finding.
 */
import { isCallExpression, isPropertyAccessExpression } from "typescript/unstable/ast/is"
import { askedByHand, bannedCalls, moduleState, walk } from "./tidy/code.ts"
import { deadFiles, declaredDependencies, importDirection, onlyTested } from "./tidy/imports.ts"
import { folders, names, operationTests, sizes, text } from "./tidy/layout.ts"
import { parseProject, readRepository } from "./tidy/project.ts"
import type { Finding, Project } from "./tidy/project.ts"

const RULES: readonly ((project: Project) => Finding[])[] = [
  ...[importDirection, declaredDependencies, deadFiles, bannedCalls, askedByHand, moduleState],
  ...[sizes, folders, names, operationTests, text],
]

/** Everything that the rules do not accept, in the order of the files. */
export function tidy(files: ReadonlyMap<string, string>): { findings: Finding[]; watch: string[] } {
  const project = parseProject(files)
  const findings = RULES.flatMap((rule) => rule(project))
  findings.sort((a, b) =>
    a.path === b.path ? (a.line ?? 0) - (b.line ?? 0) : a.path < b.path ? -1 : 1,
  )
  return { findings, watch: watchNumbers(project) }
}

/** Numbers that no rule limits, but whose direction tells how the house is doing. */
function watchNumbers(project: Project): string[] {
  const sources = [...project.sources.values()]
  const largest = sources.reduce((a, b) => (b.lines > a.lines ? b : a))
  const kinds = { read: 0, write: 0, action: 0 }
  for (const source of sources) {
    if (source.test || !source.path.startsWith("src/services/")) continue
    walk(source.tree, (node) => {
      if (!isCallExpression(node) || !isPropertyAccessExpression(node.expression)) return
      const kind = node.expression.name.text
      const name = node.arguments[0]?.getText() ?? ""
      if (Object.hasOwn(kinds, kind) && /^"[A-Z]/.test(name)) kinds[kind as keyof typeof kinds]++
    })
  }
  const notes = [...project.files].filter(([path]) => path.endsWith("/NOTES.md"))
  const points = notes.flatMap(([, content]) => content.match(/^[-*] .*(?:\n {2,}.*)*/gm) ?? [])
  const unknown = points.filter((point) => /\bunknown\b|\bnot verified\b/i.test(point))
  const untried = onlyTested(project)
  return [
    `largest file: ${largest.path}, ${largest.lines} lines`,
    `operations: ${kinds.read} read, ${kinds.write} write, ${kinds.action} action`,
    `notes: ${points.length - unknown.length} with a source, ${unknown.length} without`,
    `files that only tests use: ${untried.length}${some(untried)}`,
  ]
}

function some(paths: readonly string[]): string {
  if (paths.length === 0) return ""
  return ` (${paths.slice(0, 5).join(", ")}${paths.length > 5 ? ", …" : ""})`
}

if (import.meta.main) {
  const { findings, watch } = tidy(readRepository("."))
  for (const { rule, path, line, message } of findings) {
    console.log(`${line === undefined ? path : `${path}:${line}`}  ${message}  [${rule}]`)
  }
  for (const number of watch) console.log(number)
  console.log(findings.length === 0 ? "tidy" : `${findings.length} findings`)
  process.exitCode = findings.length === 0 ? 0 : 1
}
