/**
 * Large objects: throughput of PUT and GET beside a bare node:http server that streams to and from a
 * file with the same hashes and cipher, what memory a whole upload and download takes, and whether a
 * list of a large bucket costs more than one of a small bucket. Linux only.
 *
 *   node bench/s3-large.ts [--megabytes 64] [--rounds 5] [--huge 5000] [--keys 1000000]
 */
import { readFileSync } from "node:fs"
import { Agent, request as send } from "node:http"
import { parseArgs } from "node:util"
import { crc32 } from "node:zlib"
import { askOnce, Connection } from "./connection.ts"
import { median } from "./figures.ts"
import { load } from "./load.ts"
import { s3Request } from "./s3.ts"
import { CLOUDARIUM, startBench, type Bench, type Kind } from "./servers.ts"

const { values } = parseArgs({
  options: {
    megabytes: { type: "string", default: "64" },
    rounds: { type: "string", default: "5" },
    huge: { type: "string", default: "5000" },
    keys: { type: "string", default: "1000000" },
  },
})
const MEGABYTE = 1_000_000
const SIZE = Number(values.megabytes) * MEGABYTE
const PIECE = Buffer.alloc(MEGABYTE, "cloudarium ")
const SMALL_BUCKET = 10_000
const WRITERS = 64
const TRIES = 3
/** Rounds that do not count: what V8 compiles and what memory is found for. */
const WARM_UPS = 4

const BARE: Kind = {
  name: "bare",
  command: (port, folder) => [process.execPath, "bench/large-server.mjs", String(port), folder],
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/** Base64 of the CRC-32 of so many bytes. */
function checksum(sizeBytes: number): string {
  let crc = 0
  for (let at = 0; at < sizeBytes; at += MEGABYTE) crc = crc32(PIECE, crc)
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc)
  return bytes.toString("base64")
}

function signed(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "")
  const headers = { ...more, "x-amz-date": date, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }
  const scope = `test/${date.slice(0, 8)}/us-east-1/s3/aws4_request`
  const names = ["host", ...Object.keys(headers)].toSorted().join(";")
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${names}, ` +
    `Signature=${"fe5f80f77d5fa3be".repeat(4)}`
  return { ...headers, authorization }
}

/** Seconds until the answer to a body of so many bytes. */
function put(port: number, sizeBytes: number, crc: string): Promise<number> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const own = { "content-length": String(sizeBytes), "x-amz-checksum-crc32": crc }
    const options = { port, agent, method: "PUT", path: "/bench/large", host: "127.0.0.1" }
    const request = send({ ...options, headers: signed(own) }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`PUT: ${response.statusCode}`))
      response.resume().on("end", () => resolve((performance.now() - began) / 1000))
    })
    request.on("error", reject)
    let left = sizeBytes
    const more = (): void => {
      while (left > 0) {
        left -= PIECE.length
        if (!request.write(PIECE) && left > 0) return void request.once("drain", more)
      }
      request.end()
    }
    more()
  })
}

/** Seconds until so many bytes are there. `pauseMs`: the reader stops once for so long. */
function get(port: number, sizeBytes: number, pauseMs = 0): Promise<number> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const options = { port, agent, path: "/bench/large", host: "127.0.0.1", headers: signed() }
    send(options, (response) => {
      let got = 0
      let paused = pauseMs === 0
      response.on("data", (piece: Buffer) => {
        got += piece.length
        if (paused || got < sizeBytes / 2) return
        paused = true
        response.pause()
        setTimeout(() => response.resume(), pauseMs)
      })
      response.on("end", () => {
        if (got !== sizeBytes) reject(new Error(`GET: ${got} bytes of ${sizeBytes}`))
        resolve((performance.now() - began) / 1000)
      })
    })
      .on("error", reject)
      .end()
  })
}

/** The highest resident memory so far. */
function peakMb({ pid }: Bench): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8")
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024
}

async function start(kind: Kind): Promise<Bench> {
  const bench = await startBench(kind, async (port) => {
    await askOnce(port, s3Request("GET", "/"))
  })
  if (!bench) throw new Error(`${kind.name} cannot be started`)
  return bench
}

function say(what: string, value: string, gate: string, ok: boolean): void {
  console.log(`${ok ? "  " : "! "}${what.padEnd(60)} ${value.padStart(14)}   ${gate}`)
}

/** The fastest of several, taken in turn: who else uses the machine only ever slows them. */
async function fastest(
  servers: readonly Bench[],
  measure: (server: Bench) => Promise<number>,
): Promise<number[]> {
  const seconds = servers.map(() => Infinity)
  for (let i = 0; i < TRIES; i += 1)
    for (const [at, server] of servers.entries())
      seconds[at] = Math.min(seconds[at] as number, await measure(server))
  return seconds
}

async function throughput(ours: Bench, bare: Bench): Promise<void> {
  const crc = checksum(SIZE)
  const measures = {
    put: ({ port }: Bench) => put(port, SIZE, crc),
    get: ({ port }: Bench) => get(port, SIZE),
  }
  const ratios = { put: [] as number[], get: [] as number[] }
  for (let round = 0; round < Number(values.rounds) + WARM_UPS; round += 1)
    for (const what of ["put", "get"] as const) {
      const [own, least] = await fastest([ours, bare], measures[what])
      if (round >= WARM_UPS) ratios[what].push((least as number) / (own as number))
    }
  for (const [what, gate] of [
    ["put", 0.6],
    ["get", 0.7],
  ] as const) {
    const ratio = median(ratios[what])
    const title = `${what.toUpperCase()} of ${values.megabytes} MB, throughput ÷ bare server's`
    say(title, ratio.toFixed(2), `≥ ${gate}`, ratio >= gate)
  }
}

async function hugeObject(): Promise<void> {
  const ours = await start(CLOUDARIUM)
  await askOnce(ours.port, s3Request("PUT", "/bench"))
  const sizeBytes = Number(values.huge) * MEGABYTE
  await put(ours.port, sizeBytes, checksum(sizeBytes))
  const up = peakMb(ours)
  await get(ours.port, sizeBytes, 3_000)
  const down = peakMb(ours)
  await ours.stop()
  say(`Peak memory, ${values.huge} MB up`, `${up.toFixed(0)} MB`, "≤ 200", up <= 200)
  say(`and down, with a pause of 3 s`, `${down.toFixed(0)} MB`, "≤ 200", down <= 200)
}

async function fill({ port }: Bench, bucket: string, keys: number): Promise<void> {
  await askOnce(port, s3Request("PUT", `/${bucket}`))
  let next = 0
  const write = async (): Promise<void> => {
    const connection = new Connection(port)
    while (next < keys) {
      const key = `${next++}`.padStart(8, "0")
      await connection.ask(s3Request("PUT", `/${bucket}/prefix/${key}`, Buffer.from("x")))
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: WRITERS }, write))
}

async function lists(ours: Bench): Promise<void> {
  const keys = Number(values.keys)
  await fill(ours, "small", SMALL_BUCKET)
  await fill(ours, "large", keys)
  // From the middle of each.
  const cost = async (bucket: string, count: number): Promise<number> => {
    const after = `prefix/${`${count / 2}`.padStart(8, "0")}`
    const path = `/${bucket}?list-type=2&max-keys=1000&start-after=${after}`
    const request = s3Request("GET", path)
    const options = { port: ours.port, pid: ours.pid, connections: 4, warmupSeconds: 1 }
    return (await load({ ...options, seconds: 1.5, request })).cpuUs
  }
  const ratios: number[] = []
  for (let round = 0; round < 7; round += 1)
    ratios.push((await cost("large", keys)) / (await cost("small", SMALL_BUCKET)))
  const ratio = median(ratios)
  const title = `1,000 keys of ${keys.toLocaleString("en")} ÷ of ${SMALL_BUCKET.toLocaleString("en")}`
  say(title, ratio.toFixed(2), "≤ 1.2", ratio <= 1.2)
}

const [ours, bare] = [await start(CLOUDARIUM), await start(BARE)]
await askOnce(ours.port, s3Request("PUT", "/bench"))
await throughput(ours, bare)
await bare.stop()
if (Number(values.huge) > 0) await hugeObject()
if (Number(values.keys) > 0) await lists(ours)
await ours.stop()
agent.destroy()
