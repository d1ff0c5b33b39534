/**
 * Everything that must hold besides the tests: types, lint, format, the house rules, and that
 * generated files are what their generators make. Runs two checks at a time and prints what failed.
 */
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { devTool } from "./dev-tool.ts"

type Tool = Parameters<typeof devTool>[0]

/** What each check runs. */
const CHECKS: readonly (readonly [name: string, tool: Tool, ...args: string[]])[] = [
  ["types", "tsc", "-p", "."],
  // What the package exports must have names that declarations can say.
  [
    "declarations",
    "tsc",
    "-p",
    "tsconfig.build.json",
    "--noEmit",
    "--emitDeclarationOnly",
    "false",
  ],
  ["lint", "oxlint", "--deny-warnings"],
  ["format", "oxfmt", "--check"],
  ["tidy", "node", "scripts/tidy.ts"],
  ["services load", "node", "scripts/load-services.ts"],
  ["generated models", "node", "scripts/codegen.ts", "--check"],
  ["list of actions", "node", "scripts/iam-actions.ts", "--check"],
  ["condition keys", "node", "scripts/condition-keys.ts", "--check"],
  ["coverage", "node", "scripts/coverage.ts", "--check"],
]
const AT_ONCE = 2

interface Outcome {
  readonly name: string
  readonly ok: boolean
  readonly seconds: number
  readonly output: string
}

/** Runs one check to its end; its output is kept together. */
function run(name: string, tool: Tool, args: readonly string[]): Promise<Outcome> {
  const started = performance.now()
  return new Promise((resolve) => {
    let output = ""
    const end = (ok: boolean): void =>
      resolve({ name, ok, seconds: (performance.now() - started) / 1000, output })
    const [file, ...first] = devTool(tool)
    const child = spawn(file, [...first, ...args], { stdio: ["ignore", "pipe", "pipe"] })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (output += text))
    }
    child.on("error", (error) => {
      output += `${error.message}\n`
      end(false)
    })
    child.on("close", (code) => end(code === 0))
  })
}

const waiting = CHECKS.filter(([, tool, script]) => tool !== "node" || existsSync(script!))
let failures = 0
async function worker(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [name, tool, ...args] = next
    const { ok, seconds, output } = await run(name, tool, args)
    console.log(`${ok ? "ok  " : "FAIL"} ${name} (${seconds.toFixed(1)} s)`)
    if (!ok) console.log(output.trimEnd())
    if (!ok) failures++
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, worker))
process.exitCode = failures === 0 ? 0 : 1
