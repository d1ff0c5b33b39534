import { expect, test } from "vitest"
import { createFront } from "./front.ts"
import {
  answerOf,
  openCloud,
  request,
  signed,
  sqsRequest,
  type Answer,
} from "./testing/open-cloud.ts"

/** A page of `origin` lists queues. */
async function listFrom(origin: string | undefined, origins: string[] = []): Promise<Answer> {
  const front = createFront(await openCloud(), { version: "1.2.3", origins })
  const wire = signed(sqsRequest("ListQueues", {}), { service: "sqs" })
  const headers = { ...wire.headers, ...(origin !== undefined && { origin }) }
  return answerOf(front({ ...wire, headers }))
}

test.each([
  "http://localhost",
  "http://localhost:3000",
  "https://localhost:3000",
  "http://app.localhost:8080",
  "http://127.0.0.1:5173",
  "http://[::1]:5173",
  "https://app.localhost.localstack.cloud:4566",
])("pages of this machine may call: %s", async (origin) => {
  const { status, headers } = await listFrom(origin)
  expect(status).toBe(200)
  expect(headers["access-control-allow-origin"]).toBe(origin)
  expect(headers["vary"]).toBe("Origin")
  expect(headers["access-control-expose-headers"]).toContain("x-amzn-requestid")
})

test.each([
  "https://evil.example",
  "https://localhost.evil.example",
  "https://evil-localhost.example",
  "http://notlocalhost",
  "http://127.0.0.1.evil.example",
  "http://localhost:3000.evil.example",
  "http://user@evil.example:80#http://localhost",
  "file://localhost",
  "null",
  "",
])("pages of the internet may not: %j", async (origin) => {
  const { status, headers, text } = await listFrom(origin)
  expect(status).toBe(403)
  expect(headers).not.toHaveProperty("access-control-allow-origin")
  expect(text).toContain("--cors-origin")
})

test("a request of no page has no word of CORS in its answer", async () => {
  const { status, headers } = await listFrom(undefined)
  expect(status).toBe(200)
  expect(headers).not.toHaveProperty("access-control-allow-origin")
})

test("--cors-origin lets that origin in, and no other", async () => {
  const origins = ["https://app.example"]
  const allowed = await listFrom("https://app.example", origins)
  expect(allowed.status).toBe(200)
  expect(allowed.headers["access-control-allow-origin"]).toBe("https://app.example")
  expect((await listFrom("https://app.example:8443", origins)).status).toBe(403)
  expect((await listFrom("http://app.example", origins)).status).toBe(403)
})

const preflight = (origin: string): ReturnType<typeof request> =>
  request({
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,x-amz-date,x-amz-target",
    },
  })

test("a browser that asks first is told what it may send", async () => {
  const front = createFront(await openCloud(), { version: "", origins: [] })
  const { status, headers } = await front(preflight("http://localhost:3000"))
  expect(status).toBe(204)
  expect(headers).toMatchObject({
    "access-control-allow-origin": "http://localhost:3000",
    "access-control-allow-headers": "authorization,x-amz-date,x-amz-target",
    "access-control-max-age": "600",
  })
  expect(headers["access-control-allow-methods"]).toContain("POST")
})

test("a browser that asks for a page of the internet is told nothing", async () => {
  const front = createFront(await openCloud(), { version: "", origins: [] })
  const { status, headers } = await front(preflight("https://evil.example"))
  expect(status).toBe(403)
  expect(Object.keys(headers).join()).not.toContain("access-control")
})

test("OPTIONS without its question is a request like others", async () => {
  const front = createFront(await openCloud(), { version: "", origins: [] })
  const wire = request({ method: "OPTIONS", headers: { origin: "http://localhost:3000" } })
  expect((await front(wire)).status).toBe(403)
})

test("the control API opens to no other origin, whatever AWS's APIs are told", async () => {
  const front = createFront(await openCloud(), { version: "", origins: ["https://app.example"] })
  for (const origin of ["https://app.example", "http://localhost:3000"]) {
    const headers = { origin }
    const health = await front(request({ method: "GET", path: "/_cloudarium/health", headers }))
    expect(health.status).toBe(403)
    const asked = { ...preflight(origin), path: "/_cloudarium/reset" }
    expect(Object.keys((await front(asked)).headers).join()).not.toContain("access-control")
  }
})
