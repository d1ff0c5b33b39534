/**
 * What S3's plainest requests cost: PUT and GET of 1 KB and a list of 100 keys, as multiples of the
 * CPU of the bare echo's answer to the same bytes.
 *
 *   node bench/s3.ts [--rounds 9] [--seconds 1]
 */
import { createHash } from "node:crypto"
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { crc32 } from "node:zlib"
import { askOnce } from "./connection.ts"
import { cpuOfRequest, inRounds, times, type Laps } from "./figures.ts"
import { CLOUDARIUM, ECHO, startBench, type Bench, type Kind } from "./servers.ts"

/** At most so many times the echo's CPU. */
export const S3_LIMITS = { put: 2.2, get: 2.2, list: 7 } as const

type Figure = keyof typeof S3_LIMITS

const BUCKET = "bench"
const KILOBYTE = Buffer.alloc(1_024, "cloudarium ")
const LISTED = 100

/** As an SDK sends it, with a dummy key. */
export function s3Request(method: string, path: string, body?: Buffer, key = "test"): Buffer {
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "")
  const headers: Record<string, string> = {
    "amz-sdk-invocation-id": "0f1f0c7e-0000-4000-8000-1234567890ab",
    "amz-sdk-request": "attempt=1; max=3",
    ...(body && {
      "content-length": String(body.length),
      "content-type": "application/octet-stream",
      "x-amz-checksum-crc32": checksum(body),
      "x-amz-sdk-checksum-algorithm": "CRC32",
    }),
    host: "localhost:4566",
    "user-agent":
      "aws-sdk-js/3.1000.0 ua/2.1 os/linux#6.1 lang/js md/nodejs#26.10.0 api/s3#3.1000.0",
    "x-amz-content-sha256": createHash("sha256")
      .update(body ?? "")
      .digest("hex"),
    "x-amz-date": date,
  }
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${key}/${date.slice(0, 8)}/us-east-1/s3/aws4_request, ` +
    `SignedHeaders=${Object.keys(headers).join(";")}, Signature=${"fe5f80f77d5fa3be".repeat(4)}`
  const lines = Object.entries({ ...headers, authorization }).map(
    ([name, text]) => `${name}: ${text}`,
  )
  const head = `${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), body ?? Buffer.alloc(0)])
}

function checksum(body: Buffer): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(body))
  return bytes.toString("base64")
}

const REQUESTS: Readonly<Record<Figure, () => Buffer>> = {
  put: () => s3Request("PUT", `/${BUCKET}/some/key`, KILOBYTE),
  get: () => s3Request("GET", `/${BUCKET}/some/key`),
  list: () => s3Request("GET", `/${BUCKET}?list-type=2&max-keys=${LISTED}`),
}

/** The medians of several rounds, each measured beside the echo. */
export async function s3Costs(
  servers: { readonly ours: Bench; readonly echo: Bench },
  laps: Laps,
): Promise<Record<Figure, number>> {
  const { ours, echo } = servers
  await askOnce(ours.port, s3Request("PUT", `/${BUCKET}`))
  for (let i = 0; i < LISTED; i += 1)
    await askOnce(ours.port, s3Request("PUT", `/${BUCKET}/a/${i}`, KILOBYTE))
  await askOnce(ours.port, REQUESTS.put())
  const seen = await inRounds(
    {
      barePut: cpuOfRequest(echo, REQUESTS.put()),
      put: cpuOfRequest(ours, REQUESTS.put()),
      bareGet: cpuOfRequest(echo, REQUESTS.get()),
      get: cpuOfRequest(ours, REQUESTS.get()),
      list: cpuOfRequest(ours, REQUESTS.list()),
    },
    laps,
  )
  return {
    put: times(seen.put, seen.barePut),
    get: times(seen.get, seen.bareGet),
    list: times(seen.list, seen.bareGet),
  }
}

async function start(kind: Kind): Promise<Bench> {
  const bench = await startBench(kind, async (port) => {
    await askOnce(port, s3Request("GET", "/"))
  })
  if (!bench) throw new Error(`${kind.name} cannot be started`)
  return bench
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "9" },
      seconds: { type: "string", default: "1" },
    },
  })
  const servers = { ours: await start(CLOUDARIUM), echo: await start(ECHO) }
  const costs = await s3Costs(servers, {
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
  })
  for (const server of Object.values(servers)) await server.stop()
  for (const [figure, cost] of Object.entries(costs))
    console.log(`${figure}: ${cost.toFixed(2)} × echo, at most ${S3_LIMITS[figure as Figure]}`)
}
