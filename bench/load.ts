/**
 * Load for one HTTP/1.1 server: keep-alive connections over node:net, one request at a time on
 * each. Prints one line of JSON. The figure to trust is the server's CPU time per request, read
 * from /proc (Linux); requests per second depend on who else uses the machine.
 *
 *   node bench/load.ts --port 4566 --pid 123 [--connections 32] [--seconds 2] [--body 300]
 *     [--warmup 0.5] [--path /] [--header "name: value"]...
 */
import { readFileSync } from "node:fs"
import { connect } from "node:net"
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"

export interface LoadOptions {
  readonly port: number
  readonly pid: number
  readonly connections: number
  readonly seconds: number
  readonly warmupSeconds: number
  readonly request: Buffer
}

export interface LoadResult {
  readonly requests: number
  readonly perSecond: number
  readonly cpuUs: number
  readonly p50Us: number
  readonly p99Us: number
}

/** USER_HZ of every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/** User and system CPU time of a process, in microseconds. */
export function processCpuUs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / TICKS_PER_SECOND
}

/** About the size and number of headers that an AWS SDK sends. */
function sdkRequest(bodyBytes: number, path = "/", extra: readonly string[] = []): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: localhost:4566",
    "content-type: application/x-amz-json-1.0",
    `content-length: ${bodyBytes}`,
    "x-amz-target: AmazonSQS.SendMessage",
    "x-amz-user-agent: aws-sdk-js/3.1000.0",
    "user-agent: aws-sdk-js/3.1000.0 ua/2.1 os/linux#6.1 lang/js md/nodejs#26.10.0 api/sqs#3.1000.0",
    "amz-sdk-invocation-id: 0f1f0c7e-0000-4000-8000-1234567890ab",
    "amz-sdk-request: attempt=1; max=3",
    "x-amz-date: 20261121T080000Z",
    `x-amz-content-sha256: ${"e3b0c44298fc1c14".repeat(4)}`,
    "authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261121/us-east-1/sqs/" +
      "aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-type;host;" +
      `x-amz-content-sha256;x-amz-date;x-amz-target, Signature=${"fe5f80f77d5fa3be".repeat(4)}`,
    "connection: keep-alive",
    ...extra,
  ]
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${"x".repeat(bodyBytes)}`, "latin1")
}

/** Answers are all of one size: measured on the first, counted in bytes after that. */
function answerBytes(chunk: Buffer): number {
  const end = chunk.indexOf("\r\n\r\n")
  const length = /content-length: (\d+)/i.exec(chunk.toString("latin1", 0, end))?.[1]
  if (end < 0 || length === undefined) throw new Error("The first answer has no Content-Length.")
  return end + 4 + Number(length)
}

export async function load(options: LoadOptions): Promise<LoadResult> {
  const laps: number[] = []
  let counting = false
  let stopped = false
  const drive = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port: options.port, host: "127.0.0.1", noDelay: true })
      let expected = 0
      let received = 0
      let sentAt = 0
      const send = (): void => {
        sentAt = performance.now()
        socket.write(options.request)
      }
      socket.on("connect", send)
      socket.on("error", reject)
      socket.on("end", () => {
        const asked = options.request.toString("latin1", 0, 60)
        reject(new Error(`The server ended a connection, ${received} bytes after "${asked}"`))
      })
      socket.on("data", (chunk: Buffer) => {
        if (expected === 0) expected = answerBytes(chunk)
        received += chunk.length
        if (received < expected) return
        if (received > expected) return reject(new Error("Answers differ in size."))
        received = 0
        if (counting) laps.push(performance.now() - sentAt)
        if (!stopped) return send()
        socket.destroy()
        resolve()
      })
    })
  const drivers = Array.from({ length: options.connections }, drive)
  await pause(options.warmupSeconds)
  const cpuBefore = processCpuUs(options.pid)
  const began = performance.now()
  counting = true
  await pause(options.seconds)
  counting = false
  const cpuUs = processCpuUs(options.pid) - cpuBefore
  const elapsed = (performance.now() - began) / 1000
  stopped = true
  await Promise.all(drivers)
  laps.sort((a, b) => a - b)
  const at = (share: number): number =>
    Math.round((laps[Math.floor(laps.length * share)] ?? 0) * 1e3)
  return {
    requests: laps.length,
    perSecond: Math.round(laps.length / elapsed),
    cpuUs: Number((cpuUs / laps.length).toFixed(2)),
    p50Us: at(0.5),
    p99Us: at(0.99),
  }
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({
    options: {
      port: { type: "string" },
      pid: { type: "string" },
      connections: { type: "string", default: "32" },
      seconds: { type: "string", default: "2" },
      warmup: { type: "string", default: "0.5" },
      body: { type: "string", default: "300" },
      path: { type: "string", default: "/" },
      header: { type: "string", multiple: true, default: [] },
    },
  })
  const result = await load({
    port: Number(values.port),
    pid: Number(values.pid),
    connections: Number(values.connections),
    seconds: Number(values.seconds),
    warmupSeconds: Number(values.warmup),
    request: sdkRequest(Number(values.body), values.path, values.header),
  })
  console.log(JSON.stringify(result))
}
