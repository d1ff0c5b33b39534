import { posix } from "node:path"
import { isTest, roomOf } from "./project.ts"
import type { Finding, Import, Project, Source } from "./project.ts"

/** Which folders of `src` a folder may import, besides itself. Imports point one way. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  models: ["kernel"],
  protocols: ["kernel", "models"],
  iam: ["kernel"],
  engines: ["kernel"],
  registry: ["kernel", "models", "protocols", "iam", "engines"],
  services: ["kernel", "models", "protocols", "iam", "engines", "registry"],
  gateway: ["kernel", "models", "protocols", "iam", "engines", "registry", "services"],
}

/** They build a world: the real one, the one in a test, the command line. They may import all. */
const COMPOSITION_ROOTS = new Set(["main", "index", "cli"])

/** Where execution begins; a file that none of these reaches is dead. */
const ENTRIES =
  /^src\/(main|index|cli\/main)\.ts$|\.test\.ts$|^(scripts|bench)\/[^/]+\.ts$|^[^/]+\.ts$/

/** Imports point one way, and services meet at their ports. */
export function importDirection(project: Project): Finding[] {
  const findings: Finding[] = []
  for (const source of project.sources.values()) {
    if (source.test || COMPOSITION_ROOTS.has(roomOf(source.path) ?? "main")) continue
    for (const use of source.imports) {
      const message = use.target === undefined ? undefined : wrongImport(source.path, use)
      if (message) {
        findings.push({ rule: "import-direction", path: source.path, line: use.line, message })
      }
    }
  }
  return findings
}

function wrongImport(from: string, { target: to = "", typeOnly }: Import): string | undefined {
  const room = roomOf(from)!
  const target = roomOf(to)
  if (target === undefined) return `imports ${to}, outside src: the program must not need it`
  if (isTest(to)) return `${to} is for tests: what runs for users must not need it`
  const allowed = MAY_IMPORT[room]
  if (!allowed) return `src/${room} has no place in the import order: give it one in scripts/tidy`
  if (room !== target && !allowed.includes(target)) {
    return `src/${room} may import only ${allowed.join(", ") || "itself"}, not ${to}: turn the dependency round, or move what both need down`
  }
  // The shape of a world's part may be named; what builds it may not be loaded.
  const world = /^src\/kernel\/(host|sim)\//.test(to) && !typeOnly
  if (world && folder(from, 3) !== folder(to, 3)) {
    return `${folder(to, 3)} is one of the worlds behind the kernel's ports: only a composition root chooses it; use the port`
  }
  if (room === "services" && target === "services" && folder(from, 3) !== folder(to, 3)) {
    const catalogue = posix.dirname(from) === "src/services"
    const door = catalogue ? /^src\/services\/[^/]+\/(service|port)\.ts$/ : /\/port\.ts$/
    if (!door.test(to) && posix.dirname(to) !== "src/services") {
      return `${to} belongs to another service: import its port.ts, call it, or emit an effect`
    }
  }
  return undefined
}

function folder(path: string, depth: number): string {
  return posix.dirname(path).split("/").slice(0, depth).join("/")
}

/** What runs for users may need only Node and the declared dependencies. */
export function declaredDependencies(project: Project): Finding[] {
  const manifest = JSON.parse(project.files.get("package.json") ?? "{}") as {
    dependencies?: Record<string, string>
  }
  const declared = Object.keys(manifest.dependencies ?? {})
  const known = (name: string): boolean =>
    name.startsWith("node:") ||
    declared.some((dependency) => name === dependency || name.startsWith(`${dependency}/`))
  const findings: Finding[] = []
  for (const source of project.sources.values()) {
    if (source.test || roomOf(source.path) === undefined) continue
    for (const use of source.imports) {
      if (use.target !== undefined || use.typeOnly || known(use.specifier)) continue
      findings.push({
        rule: "declared-dependency",
        path: source.path,
        line: use.line,
        message: `"${use.specifier}" is not among package.json's dependencies (Node's own modules are written "node:…")`,
      })
    }
  }
  return findings
}

/** Files that no entry reaches. */
export function deadFiles(project: Project): Finding[] {
  const reached = reach(project, (source) => ENTRIES.test(source.path))
  return [...project.sources.keys()]
    .filter((path) => !reached.has(path))
    .map((path) => ({
      rule: "dead-file",
      path,
      message: "no entry (src/main.ts, src/index.ts, src/cli/main.ts, tests, scripts) reaches it",
    }))
}

/** Files of `src` that only tests reach: written, but not yet part of the program. */
export function onlyTested(project: Project): string[] {
  const program = /^src\/(main|index|cli\/main)\.ts$/
  const reached = reach(project, (source) => program.test(source.path))
  return [...project.sources.values()]
    .filter((source) => roomOf(source.path) && !source.test && !reached.has(source.path))
    .map((source) => source.path)
}

function reach(project: Project, isEntry: (source: Source) => boolean): Set<string> {
  const reached = new Set<string>()
  const waiting = [...project.sources.values()].filter(isEntry)
  for (let source = waiting.pop(); source; source = waiting.pop()) {
    if (reached.has(source.path)) continue
    reached.add(source.path)
    for (const target of targets(source)) {
      const next = project.sources.get(target)
      if (next) waiting.push(next)
    }
  }
  return reached
}

/** What a file loads: its imports, and the threads and programs that it names by their paths. */
function targets(source: Source): string[] {
  const named = [...source.text.matchAll(/"(\.{1,2}\/[^"\s]*\.ts)"/g)]
  return [
    ...source.imports.flatMap((use: Import) => use.target ?? []),
    ...named.map((match) => posix.join(posix.dirname(source.path), match[1]!)),
  ]
}
