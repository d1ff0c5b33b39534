import { spawn, type ChildProcess } from "node:child_process"
import { fileURLToPath } from "node:url"

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url))
/** A server that takes longer to say that it is ready is not well. */
const START_MS = 100_000
const STOP_MS = 100_000

/** What each life of a server, in turn, promises of power cuts. */
export type Durabilities = readonly ("process" | "power")[]

/** The flags of a server's life, counted from 0. */
export const flagsOf = (durabilities: Durabilities, life: number): readonly string[] => [
  "--durability",
  durabilities[life % durabilities.length] as string,
]

/** The real program, in a process of its own. */
export interface ServerProcess {
  readonly port: number
  /**
   * What it has written to standard error: a healthy one is silent, but for the end of a log that
   * its forerunner's death has cut off in the middle of a write.
   */
  readonly complaints: string
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
  /** SIGTERM; rejects when it does not end by itself, or not well. */
  stop(): Promise<void>
}

/** Starts a server on a data folder, on a free port; resolves when it says that it is ready. */
export async function startServer(
  data: string,
  more: readonly string[] = [],
): Promise<ServerProcess> {
  const args = [MAIN, "start", "--port", "0", "--data", data, ...more]
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] })
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  let complaints = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text))
  let port: number
  try {
    port = await readiness(child, ended)
  } catch (error) {
    child.kill("SIGKILL")
    throw new Error(`${(error as Error).message}\n${complaints}`, { cause: error })
  }
  return {
    port,
    get complaints() {
      return complaints
        .split("\n")
        .filter(
          (line) => !/store: the last \d+ bytes of the log were not whole: dropped/.test(line),
        )
        .join("\n")
        .trim()
    },
    async kill() {
      child.kill("SIGKILL")
      await ended
    },
    async stop() {
      child.kill("SIGTERM")
      const how = await within(STOP_MS, ended, "the server did not stop")
      if (how !== "exit code 0") throw new Error(`the server ended with ${how}\n${complaints}`)
    },
  }
}

/** Starts a server and kills it so soon that it may not be ready, or not even have begun. */
export async function startInVain(data: string, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [MAIN, "start", "--port", "0", "--data", data], {
    stdio: "ignore",
  })
  const ended = new Promise((resolve) => child.once("exit", resolve))
  setTimeout(() => child.kill("SIGKILL"), afterMs)
  await ended
}

async function readiness(child: ChildProcess, ended: Promise<string>): Promise<number> {
  let said = ""
  const ready = new Promise<number>((resolve, reject) => {
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      said += text
      const port = /ready at http:\/\/\S+:(\d+)/.exec(said)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    void ended.then((how) => reject(new Error(`the server did not start: ${how}`)))
  })
  return within(START_MS, ready, "the server did not get ready")
}

async function within<T>(ms: number, promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
