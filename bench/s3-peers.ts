/**
 * S3 beside its peers: how many times our CPU theirs takes for PUT and GET of 1 KB and of 10 MB.
 * moto is measured where Python has it, fauxqs and s3rver where BENCH_PEERS is a folder that has
 * them installed.
 *
 *   node bench/s3-peers.ts [--rounds 5] [--seconds 1]
 */
import { parseArgs } from "node:util"
import { askOnce } from "./connection.ts"
import { cpuOfPeer, inRounds, times, type Measure } from "./figures.ts"
import { s3Request } from "./s3.ts"
import { CLOUDARIUM, S3_PEERS, startBench, type Bench, type Kind } from "./servers.ts"

const SIZES = { "1 KB": 1_024, "10 MB": 10_000_000 } as const
type Size = keyof typeof SIZES
const CONNECTIONS = { "1 KB": 32, "10 MB": 2 } as const

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "1" },
  },
})

const FIGURES = (Object.keys(SIZES) as Size[]).flatMap((size) =>
  (["PUT", "GET"] as const).map((method) => ({ method, size, name: `${method} of ${size}` })),
)

async function start(kind: Kind, key: string): Promise<Bench | undefined> {
  const bucket = async (port: number): Promise<void> =>
    void (await askOnce(port, s3Request("GET", "/", undefined, key)))
  const server = await startBench(kind, bucket)
  if (server) await askOnce(server.port, s3Request("PUT", "/bench", undefined, key))
  return server
}

async function measuresOf(server: Bench, key: string): Promise<Record<string, Measure>> {
  const measures: Record<string, Measure> = {}
  for (const { method, size, name } of FIGURES) {
    const body = Buffer.alloc(SIZES[size], "cloudarium ")
    const put = s3Request("PUT", `/bench/${SIZES[size]}`, body, key)
    await askOnce(server.port, put)
    const get = s3Request("GET", `/bench/${SIZES[size]}`, undefined, key)
    const request = method === "PUT" ? put : get
    measures[`${server.name} ${name}`] = cpuOfPeer(server, request, CONNECTIONS[size])
  }
  return measures
}

const ours = (await start(CLOUDARIUM, "test")) as Bench
const measures = await measuresOf(ours, "test")
const peers = []
for (const { kind, key, limits } of S3_PEERS) {
  const server = await start(kind, key)
  if (!server) continue
  peers.push({ server, limits })
  Object.assign(measures, await measuresOf(server, key))
}
const seen = await inRounds(measures, {
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
})
for (const server of [ours, ...peers.map((peer) => peer.server)]) await server.stop()
const figures = (server: Bench, name: string): number[] => seen[`${server.name} ${name}`] ?? []
let missed = false
for (const { server, limits } of peers)
  for (const { method, size, name } of FIGURES) {
    const limit = size === "1 KB" ? limits.small : limits[method === "PUT" ? "put" : "get"]
    const ratio = times(figures(server, name), figures(ours, name))
    const ok = ratio >= limit
    missed ||= !ok
    const what = `${name}, CPU of ${server.name} ÷ ours`
    console.log(`${ok ? "ok" : "! "} ${what.padEnd(44)} ${ratio.toFixed(1).padStart(7)} ≥ ${limit}`)
  }
process.exitCode = missed ? 1 : 0
