import { connect } from "node:net"
import type { WireRequest } from "../../../wire.ts"
import { hostClock } from "../../host-clock.ts"
import { listen } from "../listen.ts"

/** What a server made of the bytes of one connection. */
export interface Outcome {
  /** Statuses answered, 100 left out. */
  readonly statuses: readonly number[]
  /** The requests handed over, as JSON each. */
  readonly seen: readonly string[]
}

export interface Judge {
  /** Sends all bytes and half-closes; `dribble` sends them one at a time. */
  judge(text: string, dribble?: boolean): Promise<Outcome>
  readonly reports: readonly unknown[]
  stop(): Promise<void>
}

/** A listener that tells what it understood. */
export async function createJudge(http1: "own" | "node"): Promise<Judge> {
  let seen: string[] = []
  const reports: unknown[] = []
  const listener = await listen({
    port: 0,
    http1,
    clock: hostClock,
    report: (error) => reports.push(error),
    handle(request) {
      seen.push(asText(request))
      return { status: 200, headers: {}, body: "" }
    },
  })
  return {
    reports,
    async judge(text, dribble = false) {
      seen = []
      const received = await converse(listener.port, Buffer.from(text, "latin1"), dribble)
      const statuses = [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) =>
        Number(match[1]),
      )
      return { statuses: statuses.filter((status) => status !== 100), seen }
    },
    stop: () => listener.close({ graceMs: 0 }),
  }
}

function asText({ method, path, query, headers, body }: WireRequest): string {
  const text = Buffer.from(body).toString("latin1")
  return JSON.stringify({ method, path, query, headers: { ...headers }, body: text })
}

function converse(port: number, bytes: Buffer, dribble: boolean): Promise<string> {
  return new Promise((resolve) => {
    let received = ""
    const socket = connect({ port, host: "127.0.0.1", noDelay: true })
    socket.on("data", (chunk: Buffer) => (received += chunk.toString("latin1")))
    socket.on("error", () => {})
    socket.on("close", () => resolve(received))
    if (!dribble) return void socket.end(bytes)
    let at = 0
    const step = (): void => {
      if (socket.destroyed || !socket.writable) return
      if (at === bytes.length) return void socket.end()
      socket.write(bytes.subarray(at, ++at))
      // Several turns, so that the server has dealt with one byte before the next comes.
      setImmediate(() => setImmediate(() => setImmediate(step)))
    }
    socket.on("connect", step)
  })
}
