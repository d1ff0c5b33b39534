import { spawn, spawnSync, type ChildProcess } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { processCpuUs } from "./load.ts"

/** One server under measurement: ours, a peer, or the bare echo that everything is compared to. */
export interface Bench {
  readonly name: string
  readonly port: number
  readonly pid: number
  /** From spawn to the first answer. */
  readonly startCpuUs: number
  readonly startWallMs: number
  residentMb(): number
  /** Without the pages of mapped files, which the system takes back when it wants them. */
  ownMb(): number
  stop(): Promise<void>
}

export interface Kind {
  readonly name: string
  /** Undefined: not on this machine. */
  command(port: number, folder: string): readonly string[] | undefined
}

const PEERS = process.env["BENCH_PEERS"]

export const ECHO: Kind = {
  name: "echo",
  command: (port) => [process.execPath, "bench/echo.mjs", String(port)],
}

export const CLOUDARIUM: Kind = {
  name: "cloudarium",
  // With the flags of `npm start`: a nursery that is large from the start spares a tenth of the CPU;
  // a larger one none, and its pauses are what the slowest requests wait for.
  command: (port, data) => [
    process.execPath,
    ...["--min-semi-space-size=16", "--max-semi-space-size=16"],
    "dist/cli.js",
    "start",
    "--port",
    String(port),
    "--data",
    data,
  ],
}

/** Peers are measured where they are installed; BENCH_PEERS is a folder with npm packages. */
export const PEER_KINDS: readonly Kind[] = [
  {
    name: "moto",
    command: (port) => {
      const found =
        spawnSync("python3", ["-c", "import moto.server"], { stdio: "ignore" }).status === 0
      return found ? ["python3", "-m", "moto.server", "-p", String(port)] : undefined
    },
  },
  {
    name: "fauxqs",
    command: () => {
      const program = PEERS && join(PEERS, "node_modules/fauxqs/dist/server.js")
      return program && existsSync(program) ? [process.execPath, program] : undefined
    },
  },
]

const [MOTO, FAUXQS] = PEER_KINDS as readonly [Kind, Kind]

const DYNALITE: Kind = {
  name: "dynalite",
  command: (port) => {
    const program = PEERS && join(PEERS, "node_modules/dynalite/cli.js")
    const flags = ["--port", String(port), "--createTableMs", "0"]
    return program && existsSync(program) ? [process.execPath, program, ...flags] : undefined
  },
}

/** Peers of DynamoDB, and how many times what we cost they cost at least. */
export const DYNAMODB_PEERS: readonly { readonly kind: Kind; readonly limit: number }[] = [
  { kind: MOTO, limit: 30 },
  { kind: DYNALITE, limit: 1.5 },
]

/** Whose start ours is compared to, and how many times theirs it may cost at most. */
export const START_PEERS: readonly { readonly kind: Kind; readonly limit: number }[] = [
  { kind: MOTO, limit: 1 / 3 },
  { kind: FAUXQS, limit: 1 / 2 },
  { kind: DYNALITE, limit: 1.2 },
]

/** Peers of S3, the access key that each knows, and how many times what we cost they cost at least. */
export const S3_PEERS: readonly S3Peer[] = [
  { kind: MOTO, key: "test", limits: { small: 30, put: 1, get: 1 } },
  { kind: FAUXQS, key: "test", limits: { small: 1.2, put: 0.8, get: 0.8 } },
  {
    ...{ key: "S3RVER", limits: { small: 8, put: 1.2, get: 1.2 } },
    kind: {
      name: "s3rver",
      command: (port, folder) => {
        const program = PEERS && join(PEERS, "node_modules/s3rver/bin/s3rver.js")
        const flags = ["--allow-mismatched-signatures", "--no-vhost-buckets", "--silent"]
        return program && existsSync(program)
          ? [process.execPath, program, "-d", folder, "-a", "127.0.0.1", "-p", `${port}`, ...flags]
          : undefined
      },
    },
  },
]

export interface S3Peer {
  readonly kind: Kind
  readonly key: string
  /** Of 1 KB, and of 10 MB up and down. */
  readonly limits: { readonly small: number; readonly put: number; readonly get: number }
}

/** Starts a server and waits for its first answer to `probe`. */
export async function startBench(
  kind: Kind,
  probe: (port: number) => Promise<void>,
): Promise<Bench | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "cloudarium-bench-"))
  const port = await freePort()
  const command = kind.command(port, folder)
  if (!command) return undefined
  const [program = "", ...args] = pinned(command)
  const began = performance.now()
  const child = spawn(program, args, {
    stdio: "ignore",
    env: { ...process.env, FAUXQS_PORT: String(port), FAUXQS_LOGGER: "false" },
  })
  await firstAnswer(child, () => probe(port))
  const pid = child.pid as number
  return {
    name: kind.name,
    port,
    pid,
    startCpuUs: processCpuUs(pid),
    startWallMs: performance.now() - began,
    residentMb: () => memoryMb(pid, "VmRSS"),
    ownMb: () => memoryMb(pid, "RssAnon"),
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve))
      child.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Servers on one core, the load on the others, where that can be said. */
function pinned(command: readonly string[]): readonly string[] {
  const can = spawnSync("taskset", ["-c", "0", "true"], { stdio: "ignore" }).status === 0
  return can ? ["taskset", "-c", "0", ...command] : command
}

const START_LIMIT_MS = 30_000
const PAUSE_MS = 5

async function firstAnswer(child: ChildProcess, probe: () => Promise<void>): Promise<void> {
  const limit = performance.now() + START_LIMIT_MS
  for (;;) {
    try {
      return await probe()
    } catch (error) {
      if (performance.now() > limit || child.exitCode !== null) throw error
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0))
    })
  })
}

function memoryMb(pid: number, kind: "VmRSS" | "RssAnon"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8")
  return Number(new RegExp(`${kind}:\\s+(\\d+)`).exec(status)?.[1]) / 1024
}
