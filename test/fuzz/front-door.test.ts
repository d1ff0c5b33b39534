import { connect } from "node:net"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { expect, test } from "vitest"
import { createFront } from "../../src/gateway/front.ts"
import { jsonRequest, NOW, openCloud, signed } from "../../src/gateway/testing/open-cloud.ts"
import { hostClock } from "../../src/kernel/host/host-clock.ts"
import { listen } from "../../src/kernel/host/transport/listen.ts"
import { until } from "../../src/kernel/host/transport/testing/server.ts"
import { createDice } from "../simulation/dice.ts"
import { createRawRequests, type RawRequest } from "./raw-requests.ts"

const SEED = process.env["SEED"] ?? "1"
const CASES = Number(process.env["CLOUDARIUM_FUZZ_CASES"] ?? 2_000)
const AT_ONCE = 20
/** A client that has ended its side is answered, or left, long before. */
const HANG_MS = 60_000
/** What a second run of the same requests may leave behind, in bytes. */
const LEFT_BEHIND = 6 * 1024 * 1024

/** Writes a request and the end of it; resolves with all that came back when the server closes. */
function exchange(port: number, { what, pieces, ending }: RawRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ""
    const socket = connect({ port, host: "127.0.0.1", noDelay: true })
    const hanging = setTimeout(() => {
      socket.destroy()
      reject(new Error(`${what}: no end to ${JSON.stringify(joined(pieces))}, after ${text}`))
    }, HANG_MS)
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")))
    socket.on("error", () => {})
    socket.on("close", () => {
      clearTimeout(hanging)
      resolve(text)
    })
    socket.on("connect", () => void write())
    const write = async (): Promise<void> => {
      for (const piece of pieces) {
        if (socket.destroyed) return
        socket.write(piece)
        await new Promise((next) => setImmediate(next))
      }
      if (ending === "end") socket.end()
      else socket.resetAndDestroy()
    }
  })
}

const joined = (pieces: readonly Buffer[]): string =>
  Buffer.concat(pieces).toString("latin1").slice(0, 500)

/** Bytes in use after all garbage is gone. */
function heapInUse(): number {
  setFlagsFromString("--expose-gc")
  const collect = runInNewContext("gc") as () => void
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

const socketsOpen = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind.startsWith("TCP")).length

for (const http1 of ["own", "node"] as const)
  test(
    `spoilt requests over ${http1} HTTP/1.1 end, are no failure of ours, and leave nothing (SEED=${SEED})`,
    { timeout: 400_000 },
    async () => {
      const cloud = await openCloud()
      const failures: unknown[] = []
      const socketsBefore = socketsOpen()
      const listener = await listen({
        port: 0,
        http1,
        clock: { ...hostClock, now: () => NOW },
        handle: createFront(cloud, { version: "test", origins: [] }),
        report: (error) => failures.push(error),
      })
      const statuses = new Map<string, number>()
      const play = async (): Promise<void> => {
        const next = createRawRequests(createDice(`front-door/${SEED}`))
        for (let done = 0; done < CASES; done += AT_ONCE) {
          const all = Array.from({ length: AT_ONCE }, next)
          const texts = await Promise.all(all.map((one) => exchange(listener.port, one)))
          texts.forEach((text, index) => judge(text, all[index] as RawRequest, statuses))
        }
      }
      await play()
      const before = heapInUse()
      await play()
      expect(heapInUse() - before).toBeLessThan(LEFT_BEHIND)
      expect(failures).toEqual([])
      // A fuzz that only ever met one refusal would show nothing.
      for (const status of ["200", "400", "403", "404", "501"])
        expect(statuses.get(status), status).toBeGreaterThan(10)
      // The client may see a connection's end before the server does.
      await until(() => listener.connections() === 0)
      const good = signed(jsonRequest("AmazonSQS.ListQueues", {}), { service: "sqs" })
      expect((await cloud.handle(good)).status).toBe(200)
      await listener.close({ graceMs: 1_000 })
      // A closed handle is let go of in a later turn, as are those of clients of other tests.
      await until(() => socketsOpen() <= socketsBefore)
    },
  )

/** Whatever comes back is HTTP, and says nothing of what is inside. */
function judge(text: string, asked: RawRequest, statuses: Map<string, number>): void {
  const told = (): string => `${asked.what}: ${JSON.stringify(joined(asked.pieces))} → ${text}`
  if (/ at \S+\.[jt]s:\d+|node:internal|\/src\//.test(text)) throw new Error(`a stack: ${told()}`)
  // HTTP/2 begins with a frame of settings.
  if (text !== "" && !text.startsWith("HTTP/1.") && !text.startsWith("\0\0"))
    throw new Error(`no HTTP: ${told()}`)
  for (const [, status = ""] of text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)) {
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    if (status.startsWith("5") && !["501", "503", "505"].includes(status)) throw new Error(told())
  }
}
