import { readdirSync, readFileSync, statSync } from "node:fs"
import { join, posix } from "node:path"
import { isImportDeclaration, isExportDeclaration } from "typescript/unstable/ast/is"
import type { Node, SourceFile } from "typescript/unstable/ast"
import { createVirtualFileSystem } from "typescript/unstable/fs"
import { API } from "typescript/unstable/sync"

/** One thing that a rule does not accept, with the place and what to do instead. */
export interface Finding {
  readonly rule: string
  /** Path from the top of the repository; a folder ends in "/". */
  readonly path: string
  readonly line?: number
  readonly message: string
}

export interface Import {
  /** As written. */
  readonly specifier: string
  /** Path from the top of the repository, for a relative import. */
  readonly target?: string
  readonly typeOnly: boolean
  readonly line: number
}

export interface Source {
  readonly path: string
  readonly text: string
  readonly lines: number
  readonly tree: SourceFile
  readonly imports: readonly Import[]
  /** A test, or what only tests use: in `test/`, or in a folder `testing/` beside the code. */
  readonly test: boolean
}

export interface Project {
  /** Every text file by path from the top of the repository. */
  readonly files: ReadonlyMap<string, string>
  /** The TypeScript files, parsed. Generated types are left out. */
  readonly sources: ReadonlyMap<string, Source>
}

const TOP = "/repository/"
const SKIPPED = new Set(["node_modules", "dist", "coverage", ".git", ".cloudarium"])
const TEXT = /\.(ts|js|mjs|json|jsonc|md|yml|yaml|html|css|sh|txt|tf)$|(^|\/)(run|LICENSE|NOTICE)$/
const GENERATED = /^src\/models\/(types|data)\//
/** A larger file is data. */
const TEXT_LIMIT_BYTES = 1024 * 1024

/** Reads every text file below `folder`, by path from there. */
export function readRepository(folder: string): Map<string, string> {
  const files = new Map<string, string>()
  const walk = (at: string): void => {
    for (const entry of readdirSync(join(folder, at), { withFileTypes: true })) {
      const path = posix.join(at, entry.name)
      if (SKIPPED.has(entry.name)) continue
      if (entry.isDirectory()) walk(path)
      else if (TEXT.test(path) && statSync(join(folder, path)).size <= TEXT_LIMIT_BYTES) {
        files.set(path, readFileSync(join(folder, path), "utf8"))
      }
    }
  }
  walk("")
  return files
}

export const isTest = (path: string): boolean =>
  path.endsWith(".test.ts") || /^test\/|\/testing\//.test(path)

/** Parses the TypeScript among `files`; nothing is resolved or type-checked. */
export function parseProject(files: ReadonlyMap<string, string>): Project {
  const sources = new Map<string, Source>()
  const config = {
    compilerOptions: { noLib: true, noResolve: true, types: [], allowImportingTsExtensions: true },
    files: [...files.keys()].filter((path) => path.endsWith(".ts") && !GENERATED.test(path)),
  }
  if (config.files.length === 0) return { files, sources }
  const disk: Record<string, string> = { [`${TOP}tsconfig.json`]: JSON.stringify(config) }
  for (const path of config.files) disk[TOP + path] = files.get(path)!
  const api = new API({ cwd: TOP, fs: createVirtualFileSystem(disk) })
  try {
    const snapshot = api.updateSnapshot({ openProjects: [`${TOP}tsconfig.json`] })
    const program = snapshot.getProjects()[0]!.program
    for (const path of config.files) {
      const tree = program.getSourceFile(TOP + path)
      if (!tree) throw new Error(`The compiler did not parse ${path}`)
      const text = files.get(path)!
      sources.set(path, {
        path,
        text,
        lines: text.split("\n").length - (text.endsWith("\n") ? 1 : 0),
        tree,
        imports: importsOf(path, tree),
        test: isTest(path),
      })
    }
  } finally {
    api.close()
  }
  return { files, sources }
}

function importsOf(path: string, tree: SourceFile): Import[] {
  return tree.imports.map((node) => {
    const specifier = node.getText(tree).slice(1, -1)
    const relative = specifier.startsWith(".")
    return {
      specifier,
      ...(relative ? { target: posix.join(posix.dirname(path), specifier) } : {}),
      typeOnly: isTypeOnly(node.parent, tree),
      line: lineOf(node, tree),
    }
  })
}

function isTypeOnly(declaration: Node, tree: SourceFile): boolean {
  if (!isImportDeclaration(declaration) && !isExportDeclaration(declaration)) return false
  return /^(import|export)\s+type\b/.test(declaration.getText(tree))
}

/** The 1-based line where `node` begins. */
export function lineOf(node: Node, tree: SourceFile): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1
}

/** The folder under `src` that a path belongs to: `kernel`, `services`; or the root file's name. */
export function roomOf(path: string): string | undefined {
  return /^src\/([^/]+?)(?:\.ts)?(?:\/|$)/.exec(path)?.[1]
}
