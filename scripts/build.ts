/**
 * Builds dist/: the command line, the library, the models' data, and (unless `--no-types` is
 * given) type declarations. Dependencies stay outside; what a service needs is in a chunk of its
 * own, loaded on first use.
 */
import { spawnSync } from "node:child_process"
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { bundleProgram } from "./bundle.ts"
import { gatherDeclarations } from "./declarations.ts"
import { devTool } from "./dev-tool.ts"

const OUT = "dist"

/** Data, found by code with `new URL("./…", import.meta.url)` in src and dist alike. */
const DATA_FOLDER = "models/data"

const { output } = await bundleProgram(OUT)
const written = new Set(output.map(({ fileName }) => join(OUT, fileName)))
// What an earlier build left goes last: a cloud that runs from here may still load its chunks.
for (const path of globSync(`${OUT}/*.js`)) {
  if (!written.has(path)) rmSync(path)
}
chmodSync(`${OUT}/cli.js`, 0o755)
cpSync(`src/${DATA_FOLDER}`, `${OUT}/${DATA_FOLDER}`, { recursive: true })
const types = `${OUT}/types`
rmSync(types, { recursive: true, force: true })
if (!process.argv.includes("--no-types")) {
  tsc("-p", "tsconfig.build.json")
  const entry = gatherDeclarations("index.d.ts", (path) => readFileSync(join(types, path), "utf8"))
  rmSync(types, { recursive: true })
  mkdirSync(types)
  writeFileSync(`${types}/index.d.ts`, entry)
  // Users check it without our settings, and some without the types of Node.
  tsc(
    ...["--ignoreConfig", "--noEmit", "--strict", "--exactOptionalPropertyTypes", "--types", ""],
    ...["--target", "es2022", "--lib", "es2022", "--module", "nodenext", `${types}/index.d.ts`],
  )
}

/** Runs the compiler; where it finds fault the build ends. */
function tsc(...args: readonly string[]): void {
  const [node, ...tool] = devTool("tsc")
  const { status, error } = spawnSync(node, [...tool, ...args], { stdio: "inherit" })
  if (error) console.error(error.message)
  if (status !== 0) process.exit(status ?? 1)
}
