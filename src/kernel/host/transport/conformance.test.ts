import { describe, expect, test } from "vitest"
import type { WireRequest } from "../../wire.ts"
import { listen } from "./listen.ts"
import { CONFORMANCE_CASES, type ConformanceCase } from "./testing/conformance-cases.ts"
import { manualClock } from "./testing/manual-clock.ts"
import { RawClient } from "./testing/raw-client.ts"

const PROBE = "GET /still-open HTTP/1.1\r\nHost: a\r\n\r\n"

async function run(http1: "own" | "node", given: ConformanceCase): Promise<void> {
  const seen: WireRequest[] = []
  const listener = await listen({
    port: 0,
    http1,
    clock: manualClock(),
    limits: { headerCount: 200 },
    handle(request) {
      if (request.path !== "/still-open") seen.push(request)
      return Promise.resolve({ status: 200, headers: { "X-Path": request.path }, body: "fine" })
    },
  })
  const client = await RawClient.connect(listener.port)
  try {
    await client.send(...given.send)
    if (given.halfClose) client.socket.end()
    const statuses: (number | undefined)[] = []
    for (let i = 0; i < given.statuses.length; i++) {
      const answer = await client.answer(given.bodiless)
      statuses.push(answer?.status)
      if (answer === undefined) break
    }
    expect(statuses).toEqual(given.statuses)
    if (given.closes) {
      await client.end()
      expect(client.received).toBe("")
    } else {
      await client.send(PROBE)
      expect(await client.answer()).toMatchObject({ status: 200, body: "fine" })
    }
    if (given.requests === undefined) return
    expect(seen).toHaveLength(given.requests.length)
    for (const [i, wanted] of given.requests.entries()) {
      const { method, path, query, headers, body } = seen[i] as WireRequest
      const text = Buffer.from(body).toString("latin1")
      const flat = Object.fromEntries(Object.entries(headers))
      expect({ method, path, query, headers: flat, body: text }).toMatchObject(wanted)
    }
  } finally {
    client.close()
    await listener.close({ graceMs: 0 })
    expect(listener.connections()).toBe(0)
  }
}

describe.each(["own", "node"] as const)("HTTP/1.1, %s", (http1) => {
  test.each(CONFORMANCE_CASES.map((given) => [given.name, given] as const))(
    "%s",
    async (_, given) => {
      await run(http1, given)
    },
  )
})
