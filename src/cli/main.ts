#!/usr/bin/env node
// Whole: an old Node has no enableCompileCache, and an import by name would end it without a word.
import module from "node:module"
import { nodeProblem } from "../kernel/host/node-version.ts"
import { UsageError } from "./usage-error.ts"

interface Command {
  readonly summary: string
  readonly load: () => Promise<(args: readonly string[]) => Promise<void>>
}

const COMMANDS: Readonly<Record<string, Command>> = Object.freeze({
  start: {
    summary: "start the cloud (this folder's .cloudarium by default)",
    load: async () => (await import("./start.ts")).start,
  },
  env: {
    summary: 'print what clients need: eval "$(cloudarium env)"',
    load: async () => (await import("./env.ts")).env,
  },
  status: {
    summary: "what runs, its clock, what is down",
    load: async () => (await import("./remote.ts")).status,
  },
  clock: {
    summary: "clock | clock advance 30d | clock freeze | clock resume",
    load: async () => (await import("./remote.ts")).clock,
  },
  fault: {
    summary:
      "fault list | fault fail us-east-1a | fault heal all | fault lag 2s | fault redeliver 10% | fault slow-down on",
    load: async () => (await import("./remote.ts")).fault,
  },
  snapshot: {
    summary: "snapshot list | snapshot save NAME | snapshot load NAME | snapshot delete NAME",
    load: async () => (await import("./remote.ts")).snapshot,
  },
  explain: {
    summary: "explain REQUEST-ID: why it was allowed or denied",
    load: async () => (await import("./explain.ts")).explain,
  },
  requests: {
    summary: "the latest requests (--denied: those that were denied)",
    load: async () => (await import("./explain.ts")).requests,
  },
  dns: {
    summary: "dns list | dns set NAME VALUE | dns delete NAME: what the public DNS has",
    load: async () => (await import("./certificates.ts")).dns,
  },
  approve: {
    summary: "approve CERTIFICATE-ARN: the link in ACM's mail",
    load: async () => (await import("./certificates.ts")).approve,
  },
  scrub: {
    summary: "read all files and tell which objects are damaged",
    load: async () => (await import("./scrub.ts")).scrub,
  },
  reset: {
    summary: "back to an empty cloud",
    load: async () => (await import("./remote.ts")).reset,
  },
})

function usage(): string {
  const lines = Object.entries(COMMANDS).map(
    ([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`,
  )
  return `Usage: cloudarium <command> [options]\n\n${lines.join("\n")}\n\ncloudarium <command> --help shows a command's options, cloudarium --version its version.\n`
}

async function main(args: readonly string[]): Promise<void> {
  const problem = nodeProblem()
  if (problem !== undefined) throw new Error(problem)
  // What was compiled once starts faster the next time.
  module.enableCompileCache()
  const [name, ...rest] = args[0] === "help" && args[1] ? [args[1], "--help"] : args
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(usage())
    return
  }
  if (name === "--version" || name === "-v") {
    const { version } = await import("./version.ts")
    process.stdout.write(`${version()}\n`)
    return
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command) throw new UsageError(`there is no command "${name}" (cloudarium --help lists them)`)
  const run = await command.load()
  try {
    await run(rest)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(`${error.message} (cloudarium ${name} --help shows what it takes)`)
  }
}

// Whoever read may have gone (`cloudarium start | head -1`), and the cloud goes on.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code !== "EPIPE") process.exitCode = 1
  })

try {
  await main(process.argv.slice(2))
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`cloudarium: ${message}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
