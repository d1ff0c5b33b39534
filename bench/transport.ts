/**
 * What the transport costs: server CPU per request against a bare node:http echo, in alternating
 * rounds, medians. 300 bytes in, 300 bytes out.
 *
 *   node bench/transport.ts [--rounds 5] [--seconds 2] [--connections 32]
 */
import { execFile, spawn } from "node:child_process"
import { parseArgs, promisify } from "node:util"
import type { LoadResult } from "./load.ts"

const KINDS = ["echo", "node", "own"] as const

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
    connections: { type: "string", default: "32" },
  },
})

async function start(kind: string): Promise<{ port: number; pid: number; stop: () => void }> {
  const child = spawn(process.execPath, ["bench/transport-server.ts", kind], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once("data", (line: Buffer) => resolve(Number(line.toString())))
    child.once("exit", (code) => reject(new Error(`${kind} ended with ${code}`)))
  })
  return { port, pid: child.pid as number, stop: () => child.kill() }
}

async function measure(server: { port: number; pid: number }): Promise<LoadResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    "bench/load.ts",
    `--port=${server.port}`,
    `--pid=${server.pid}`,
    `--seconds=${values.seconds}`,
    `--connections=${values.connections}`,
  ])
  return JSON.parse(stdout) as LoadResult
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] as number
}

const servers = await Promise.all(KINDS.map(start))
const results = KINDS.map((): LoadResult[] => [])
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [i, server] of servers.entries()) results[i]?.push(await measure(server))
}
for (const server of servers) server.stop()

const echoCpu = median((results[0] ?? []).map((r) => r.cpuUs))
for (const [i, kind] of KINDS.entries()) {
  const rounds = results[i] ?? []
  const cpu = median(rounds.map((r) => r.cpuUs))
  const perSecond = median(rounds.map((r) => r.perSecond))
  console.log(
    `${kind.padEnd(5)} ${cpu.toFixed(1)} µs CPU, ${(cpu / echoCpu).toFixed(2)} of echo; ` +
      `${perSecond}/s, p50 ${median(rounds.map((r) => r.p50Us))} µs, ` +
      `p99 ${median(rounds.map((r) => r.p99Us))} µs`,
  )
}
