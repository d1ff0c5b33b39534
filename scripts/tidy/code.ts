import { NodeFlags } from "typescript/unstable/ast"
import type { Expression, Node, TypeNode } from "typescript/unstable/ast"
import * as is from "typescript/unstable/ast/is"
import { lineOf, roomOf } from "./project.ts"
import type { Finding, Project, Source } from "./project.ts"

/** Only the kernel's host touches the world; the command line is a program of its own. */
const MAY_TOUCH_THE_WORLD = /^src\/kernel\/host\/|^src\/cli\/|^(scripts|bench)\//

const WORLDLY_MODULES = new Set([
  ...["fs", "fs/promises", "net", "tls", "http", "https", "http2", "dgram", "dns", "dns/promises"],
  ...["child_process", "worker_threads", "cluster", "os", "process", "readline", "repl"],
  ...["timers", "timers/promises", "perf_hooks", "v8", "vm", "sqlite"],
])

/** Global functions and objects that reach the world, and the port to use instead. */
const WORLDLY_GLOBALS: Readonly<Record<string, string>> = {
  setTimeout: "schedule a job (cloud time) or use the kernel's HostClock (host time)",
  setInterval: "schedule a job that reschedules itself",
  setImmediate: "use HostClock.defer",
  process: "the host passes in what is needed of the process",
  performance: "use HostClock.monotonic",
  fetch: "make a call through the front door, or use the kernel's network port",
  WeakRef: "what the garbage collector does must not show",
  FinalizationRegistry: "what the garbage collector does must not show",
}

/** Members that reach the world, by the object that has them; `*` is any object. */
const WORLDLY_MEMBERS: Readonly<Record<string, string>> = {
  "Date.now": "use tx.now (cloud time) or HostClock.now (host time)",
  "Math.random": "use tx.random with a named stream",
  "*.randomBytes": "take random bytes from tx.random",
  "*.randomUUID": "make ids from tx.random",
  "*.randomInt": "draw numbers from tx.random",
  "*.getRandomValues": "take random bytes from tx.random",
}

/** Orders text by the machine's language: the same data would sort differently elsewhere. */
const LOCAL_MEMBERS = new Set(["localeCompare", "toLocaleUpperCase", "toLocaleLowerCase"])

/** Classes whose instances hold no state of ours. */
const STATELESS_CLASSES = new Set(["TextEncoder", "TextDecoder", "RegExp", "URL"])

/** Programs and worker threads: loading them is running them. */
const RUNS_ON_IMPORT = /^src\/(main\.ts$|cli\/|kernel\/host\/)/

/** Visits `node` and everything in it. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node)
  node.forEachChild((child) => walk(child, visit))
}

/** Calls that reach the world from outside the folders that may, or that order by locale. */
export function bannedCalls(project: Project): Finding[] {
  const findings: Finding[] = []
  for (const source of project.sources.values()) {
    if (source.test) continue
    const report = (line: number, message: string): void => {
      findings.push({ rule: "banned-call", path: source.path, line, message })
    }
    const worldly = MAY_TOUCH_THE_WORLD.test(source.path)
    if (!worldly) bannedModules(source, report)
    walk(source.tree, (node) => {
      const message = localCall(node) ?? (worldly ? undefined : worldlyCall(node))
      if (message) report(lineOf(node, source.tree), message)
    })
  }
  return findings
}

function bannedModules(source: Source, report: (line: number, message: string) => void): void {
  for (const use of source.imports) {
    if (use.typeOnly || !WORLDLY_MODULES.has(use.specifier.replace(/^node:/, ""))) continue
    report(use.line, `"${use.specifier}" belongs to src/kernel/host: go through a kernel port`)
  }
}

function localCall(node: Node): string | undefined {
  if (is.isPropertyAccessExpression(node) && LOCAL_MEMBERS.has(node.name.text)) {
    return `${node.name.text} depends on the machine's language: compare with < (or as UTF-8 bytes)`
  }
  return undefined
}

function worldlyCall(node: Node): string | undefined {
  if (is.isPropertyAccessExpression(node)) {
    const base = is.isIdentifier(node.expression) ? node.expression.text : ""
    const name = node.name.text
    const advice = WORLDLY_MEMBERS[`${base}.${name}`] ?? WORLDLY_MEMBERS[`*.${name}`]
    return advice && `${base || "…"}.${name}: ${advice}`
  }
  if (is.isImportSpecifier(node)) {
    const name = (node.propertyName ?? node.name).text
    const advice = WORLDLY_MEMBERS[`*.${name}`]
    return advice && `${name}: ${advice}`
  }
  if ((is.isNewExpression(node) || is.isCallExpression(node)) && isNamed(node.expression, "Date")) {
    return (node.arguments?.length ?? 0) > 0 && is.isNewExpression(node)
      ? undefined
      : "the present moment is tx.now (cloud time) or HostClock.now (host time)"
  }
  return is.isIdentifier(node) ? worldlyGlobal(node.text, node) : undefined
}

function worldlyGlobal(name: string, node: Node): string | undefined {
  if (!Object.hasOwn(WORLDLY_GLOBALS, name)) return undefined
  const { parent } = node
  const used =
    (is.isPropertyAccessExpression(parent) && parent.expression === node) ||
    (is.isCallExpression(parent) && parent.expression === node) ||
    (is.isNewExpression(parent) && parent.expression === node)
  // A plain mention passes it on: `const wait = setTimeout`.
  const passed =
    (is.isVariableDeclaration(parent) && parent.initializer === node) ||
    (is.isCallExpression(parent) && parent.expression !== node)
  return used || passed ? `${name}: ${WORLDLY_GLOBALS[name]}` : undefined
}

function isNamed(node: Node, name: string): boolean {
  return is.isIdentifier(node) && node.text === name
}

/** What services ask of IAM by a piece of the registry, and the piece. */
const ASKED_BY_THE_REGISTRY: readonly (readonly [RegExp, string])[] = [
  [/^["'`]iam:(?:PassRole|PassedToService|AssociatedResourceArn)["'`]$/, "passRole"],
  [/^["'`]aws:ResourceTag\//, "resourceTagKeys"],
  [/^["'`]aws:RequestTag\//, "requestTagKeys"],
]

/** Services that write by themselves what one piece of the registry asks for all of them. */
export function askedByHand(project: Project): Finding[] {
  const findings: Finding[] = []
  for (const { path, test, tree } of project.sources.values()) {
    if (test || !path.startsWith("src/services/")) continue
    walk(tree, (node) => {
      if (!is.isStringLiteral(node) && !TEMPLATES.some((isOne) => isOne(node))) return
      const text = node.getText()
      const piece = ASKED_BY_THE_REGISTRY.find(([form]) => form.test(text))?.[1]
      if (piece === undefined) return
      const message = `${text}: call ${piece} of src/registry`
      findings.push({ rule: "asked-by-hand", path, line: lineOf(node, tree), message })
    })
  }
  return findings
}

const TEMPLATES = [is.isTemplateExpression, is.isNoSubstitutionTemplateLiteral]

/** State that a module would keep between requests, worlds and tests. */
export function moduleState(project: Project): Finding[] {
  const findings: Finding[] = []
  for (const source of project.sources.values()) {
    if (source.test || roomOf(source.path) === undefined) continue
    const report = (node: Node, what: string): void => {
      const message = `${what} at module level is state that every world would share: keep it in the store, or in what createCloud builds`
      findings.push({
        rule: "module-state",
        path: source.path,
        line: lineOf(node, source.tree),
        message,
      })
    }
    for (const statement of source.tree.statements) {
      if (is.isVariableStatement(statement)) {
        if (!(statement.declarationList.flags & NodeFlags.Const)) report(statement, "let or var")
        for (const declaration of statement.declarationList.declarations) {
          if (!declaration.initializer) continue
          if (isOpenCollection(declaration.initializer, declaration.type)) {
            report(declaration, "an empty collection")
          }
          // A type that nobody can write through makes a constant of it.
          if (/^Readonly(Set|Map)\b/.test(declaration.type?.getText() ?? "")) continue
          instances(declaration.initializer, report)
        }
      } else if (is.isExpressionStatement(statement) && !RUNS_ON_IMPORT.test(source.path)) {
        report(statement, "a statement that runs on import")
      } else if (is.isClassDeclaration(statement)) staticState(statement, report)
    }
  }
  return findings
}

type Report = (node: Node, what: string) => void

/** `{}` and `[]` are there to be filled, unless their type says that nobody may. */
function isOpenCollection(value: Expression, type: TypeNode | undefined): boolean {
  const empty =
    (is.isArrayLiteralExpression(value) && value.elements.length === 0) ||
    (is.isObjectLiteralExpression(value) && value.properties.length === 0)
  return empty && !/\breadonly\b|\bReadonly|\bnever\b/.test(type?.getText() ?? "")
}

/** Reports class instances made while a module loads; what functions make is theirs. */
function instances(node: Node, report: Report): void {
  if (is.isFunctionLikeDeclaration(node)) return
  if (is.isNewExpression(node)) {
    const name = is.isIdentifier(node.expression) ? node.expression.text : "class instance"
    const [argument] = node.arguments ?? []
    const stateless = STATELESS_CLASSES.has(name) || isLiteralSet(name, argument) || isNoBytes(node)
    if (!stateless) report(node, `new ${name}`)
  }
  node.forEachChild((child) => instances(child, report))
}

/** A set of literals is a constant: nobody has a reason to add to it. */
function isLiteralSet(name: string, argument: Node | undefined): boolean {
  return (
    name === "Set" &&
    argument !== undefined &&
    is.isArrayLiteralExpression(argument) &&
    argument.elements.length > 0 &&
    argument.elements.every(isConstant)
  )
}

/** `new Uint8Array(0)`: there is nothing in it to change. */
function isNoBytes(node: Node): boolean {
  return /^new \w+Array\(0?\)$/.test(node.getText())
}

function isConstant(node: Node): boolean {
  if (is.isSpreadElement(node)) {
    const inner = node.expression
    return is.isArrayLiteralExpression(inner) ? inner.elements.every(isConstant) : true
  }
  return !is.isNewExpression(node) && !is.isCallExpression(node) && !is.isIdentifier(node)
}

function staticState(node: Node, report: Report): void {
  node.forEachChild((member) => {
    if (!is.isPropertyDeclaration(member)) return
    const modifiers = member.modifiers?.map((modifier) => modifier.getText()) ?? []
    if (!modifiers.includes("static")) return
    if (!modifiers.includes("readonly")) report(member, "a static field")
    if (member.initializer) instances(member.initializer, report)
  })
}
