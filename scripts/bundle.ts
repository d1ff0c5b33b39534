import { globSync } from "node:fs"
import { basename, resolve } from "node:path"
import { rolldown, type InputOptions, type Plugin, type RolldownOutput } from "rolldown"

/** Entry points by name: `{ cli: "src/cli/main.ts" }`. */
type Entries = Readonly<Record<string, string>>

/**
 * Modules that are loaded together are one chunk each, however many others share them: a start
 * loads a handful of files instead of fifty. Who comes first in the list takes what it imports.
 */
interface Together {
  readonly name: string
  /** Modules of which all that they import, and they themselves unless they are entries, belong. */
  readonly roots: readonly string[]
}

interface BundleOptions {
  readonly together?: readonly Together[]
  /** Where the files go; undefined: they are only told of. */
  readonly folder?: string
}

/** The command line, the library and the threads, as they are published. */
export async function bundleProgram(folder: string): Promise<RolldownOutput> {
  // Started by code with `new URL("./…-worker.js", import.meta.url)`.
  const workers = globSync("src/**/*-worker.ts")
  const commands = globSync("src/cli/*.ts", {
    exclude: ["src/cli/main.ts", "src/cli/start.ts", "src/cli/*.test.ts"],
  })
  return bundle(
    {
      ...{ cli: "src/cli/main.ts", index: "src/index.ts" },
      ...Object.fromEntries(workers.map((path) => [basename(path, ".ts"), path])),
    },
    {
      folder,
      together: [
        // Before all else it is told that its Node is too old.
        { name: "first", roots: ["src/cli/main.ts"] },
        { name: "needed", roots: ["src/kernel/host/needed-node.ts"] },
        { name: "command", roots: commands },
        { name: "worker", roots: workers },
        {
          name: "library",
          roots: ["src/index.ts", "src/registry/service.ts", "src/registry/receiver.ts"],
        },
        { name: "server", roots: ["src/cli/start.ts"] },
        // What most services ask of others: each file more costs a start half a millisecond.
        { name: "ports", roots: ["src/services/kms/port.ts", "src/services/sqs/port.ts"] },
        { name: "authority", roots: ["src/engines/tls/local-ca.ts"] },
      ],
    },
  )
}

/** Bundles sources and what they load later; packages stay outside. */
export async function bundle(
  input: Entries,
  { together = [], folder }: BundleOptions = {},
): Promise<RolldownOutput> {
  const graph = new Map<string, readonly string[]>()
  const options: InputOptions = {
    input: { ...input },
    // Packages have no path: "lmdb", "node:fs".
    external: /^[^\0./\\](?!:)/,
    platform: "node",
    transform: { target: "node22.12" },
    checks: { ineffectiveDynamicImport: false },
    plugins: [graphOf(graph), dataFiles(), quickBuiltins()],
  }
  await using build = await rolldown(options)
  const output = {
    format: "esm",
    entryFileNames: "[name].js",
    // All chunks lie side by side, so that relative URLs mean the same in each of them.
    chunkFileNames: "[name]-[hash].js",
    // One character beyond Latin-1 makes V8 keep a whole chunk in two bytes a character.
    charset: "ascii",
    comments: { legal: true, jsdoc: false, annotation: false },
    codeSplitting: { groups: groupsOf(together, { graph, entries: Object.values(input) }) },
  } as const
  return await (folder === undefined
    ? build.generate(output)
    : build.write({ ...output, dir: folder }))
}

/** Notes which module imports which, statically. */
function graphOf(graph: Map<string, readonly string[]>): Plugin {
  return {
    name: "graph",
    moduleParsed: ({ id, importedIds }) => void graph.set(id, importedIds),
  }
}

interface Known {
  readonly graph: ReadonlyMap<string, readonly string[]>
  readonly entries: readonly string[]
}

function groupsOf(together: readonly Together[], { graph, entries }: Known) {
  const outside = new Set(entries.map((path) => resolve(path)))
  return together.map(({ name, roots }, at) => {
    let members: ReadonlySet<string> | undefined
    return {
      name,
      // The graph is whole when the first module is asked for.
      test: (id: string) => (members ??= closureOf(roots, graph)).has(id) && !outside.has(id),
      priority: together.length - at,
    }
  })
}

function closureOf(
  roots: readonly string[],
  graph: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = roots.map((path) => resolve(path))
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue
    found.add(id)
    waiting.push(...(graph.get(id) ?? []))
  }
  return found
}

const BYTES =
  /export const (\w+) = \(\): Uint8Array =>\s*Buffer\.from\(\s*"([^"]+)",\s*"base64",?\s*\)/g

/**
 * Puts bytes that a module gives by a function into a file of their own: else each start reads them
 * with the code, and V8 keeps them with what it has compiled (measured: 7 ms for 600 KB).
 */
function dataFiles(): Plugin {
  return {
    name: "data-files",
    transform: {
      filter: { id: /\/data\/[^/]+\.ts$/ },
      handler(code) {
        return code.replace(BYTES, (_text, name: string, bytes: string) => {
          const fileName = `${name}.br`
          this.emitFile({ type: "asset", fileName, source: Buffer.from(bytes, "base64") })
          const file = `new URL("./${fileName}", import.meta.url)`
          return `export const ${name} = () => process.getBuiltinModule("node:fs").readFileSync(${file})`
        })
      },
    },
  }
}

const IMPORT = /^import (?:\* as (\w+)|\{([^}]*)\}) from "(node:[^"]+)";$/gm

/**
 * Takes Node's own modules as they are: an `import` of one makes a second face of it, for which
 * every lazy part of the module (fs.promises, util.MIMEType, …) is loaded: 7 ms of a start
 * (measured). Not in entries: an old Node, which cannot do that, is to be told so by them.
 */
function quickBuiltins(): Plugin {
  return {
    name: "quick-builtins",
    renderChunk: (code, { isEntry }) =>
      isEntry
        ? null
        : code.replace(IMPORT, (_line, all?: string, names?: string, id?: string) => {
            const what = all ?? `{${names?.replaceAll(" as ", ": ")}}`
            return `const ${what} = process.getBuiltinModule("${id}");`
          }),
  }
}
