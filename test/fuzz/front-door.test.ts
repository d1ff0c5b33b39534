import { connect } from "node:net"
import { expect, test } from "vitest"
import { createFront } from "../../src/gateway/front.ts"
import { jsonRequest, NOW, openCloud, signed } from "../../src/gateway/testing/open-cloud.ts"
import { hostClock } from "../../src/kernel/host/host-clock.ts"
import { listen } from "../../src/kernel/host/transport/listen.ts"
import type { WireRequest } from "../../src/kernel/wire.ts"
import { createDice, type Dice } from "../simulation/dice.ts"

const SEED = process.env["SEED"] ?? "1"
const CASES = 400

/** The bytes of a good request, then spoilt somewhere: in its line, its headers or its body. */
function bytesOf(dice: Dice, request: WireRequest): Buffer {
  const head = Object.entries({ ...request.headers, "content-length": String(request.body.length) })
  const lines = head.map(([name, value]) => `${name}: ${value}`)
  const text = `${request.method} ${request.path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`
  const bytes = Buffer.concat([Buffer.from(text), request.body])
  for (let i = dice.between(0, 5); i > 0; i -= 1)
    bytes[dice.integer(bytes.length)] = dice.integer(256)
  return dice.chance(0.2) ? bytes.subarray(0, dice.integer(bytes.length)) : bytes
}

/** Sends the bytes and the end of them; resolves with all that came back. */
function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let text = ""
    const socket = connect({ port, host: "127.0.0.1" }, () => socket.end(bytes))
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")))
    socket.on("error", () => {})
    socket.on("close", () => resolve(text))
  })
}

for (const http1 of ["own", "node"] as const)
  test(
    `spoilt requests over ${http1} HTTP/1.1 end, are no failure of ours, and leave nothing (SEED=${SEED})`,
    { timeout: 120_000 },
    async () => {
      const cloud = await openCloud()
      const failures: unknown[] = []
      const listener = await listen({
        port: 0,
        http1,
        clock: { ...hostClock, now: () => NOW },
        handle: createFront(cloud, { version: "test", origins: [] }),
        report: (error) => failures.push(error),
      })
      const dice = createDice(`front-door/${SEED}`)
      const good = signed(jsonRequest("AmazonSQS.ListQueues", {}), { service: "sqs" })
      const statuses = new Set<string>()
      for (let i = 0; i < CASES; i += 20)
        for (const text of await Promise.all(
          Array.from({ length: 20 }, () => exchange(listener.port, bytesOf(dice, good))),
        )) {
          statuses.add(text.slice(9, 12))
          expect(text).not.toMatch(/^HTTP\/1\.1 500|\.ts:\d+|node:internal/)
        }
      expect(failures).toEqual([])
      expect([...statuses]).toEqual(expect.arrayContaining(["200", "400"]))
      expect(listener.connections()).toBe(0)
      await listener.close({ graceMs: 1_000 })
    },
  )
