/**
 * How long one request takes that nobody else's delays: p50 at one connection, as multiples of the
 * bare echo's, and, where each answer waits for the disk, of an fdatasync's.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { askOnce } from "./connection.ts"
import { inRounds, median, times, type Laps, type Measure } from "./figures.ts"
import { load } from "./load.ts"
import { sqs, sts } from "./requests.ts"
import { CLOUDARIUM, ECHO, startBench, type Bench, type Kind } from "./servers.ts"

export const LATENCY_LIMITS = { read: 1.5, write: 2, durable: 3 } as const

const DURABLE: Kind = {
  name: "cloudarium, durable",
  command: (port, folder) => [...(CLOUDARIUM.command(port, folder) ?? []), "--durability", "power"],
}

const probe = async (port: number): Promise<void> =>
  void (await askOnce(port, sts("GetCallerIdentity")))

const p50 =
  ({ port, pid }: Bench, request: Buffer): Measure =>
  async (seconds) =>
    (await load({ port, pid, request, connections: 1, warmupSeconds: 0.2, seconds })).p50Us

async function sending(server: Bench): Promise<Measure> {
  const { QueueUrl } = JSON.parse(
    await askOnce(server.port, sqs("CreateQueue", { QueueName: "one" })),
  )
  return p50(server, sqs("SendMessage", { QueueUrl, MessageBody: "x".repeat(200) }))
}

/** Microseconds of a sync after a kilobyte, where the servers have their data. */
const syncing =
  (folder: string): Measure =>
  async (seconds) => {
    const file = openSync(join(folder, "synced"), "w")
    const laps: number[] = []
    for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
      writeSync(file, Buffer.alloc(1024, "x"))
      const began = performance.now()
      fdatasyncSync(file)
      laps.push((performance.now() - began) * 1000)
    }
    closeSync(file)
    return median(laps)
  }

/** The three figures of LATENCY_LIMITS. */
export async function latencies(laps: Laps): Promise<Record<keyof typeof LATENCY_LIMITS, number>> {
  const folder = mkdtempSync(join(tmpdir(), "cloudarium-bench-"))
  const servers: Bench[] = []
  for (const kind of [ECHO, CLOUDARIUM, DURABLE])
    servers.push((await startBench(kind, probe)) as Bench)
  const [echo, own, durable] = servers as [Bench, Bench, Bench]
  const seen = await inRounds(
    {
      echo: p50(echo, sts("GetCallerIdentity")),
      read: p50(own, sts("GetCallerIdentity")),
      write: await sending(own),
      durable: await sending(durable),
      sync: syncing(folder),
    },
    laps,
  )
  await Promise.all(servers.map((server) => server.stop()))
  rmSync(folder, { recursive: true })
  return {
    read: times(seen.read, seen.echo),
    write: times(seen.write, seen.echo),
    durable: times(seen.durable, seen.sync),
  }
}
