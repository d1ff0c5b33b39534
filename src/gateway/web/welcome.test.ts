import { expect, test } from "vitest"
import { createFront } from "../front.ts"
import { answerOf, openCloud, request, signed, type Answer } from "../testing/open-cloud.ts"
import type { WireRequest } from "../../kernel/wire.ts"

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

async function visit(parts: Partial<WireRequest> = {}, strict = false): Promise<Answer> {
  const front = createFront(await openCloud({ strict }), { version: "1.2.3", origins: [] })
  const headers = { accept: BROWSER, ...parts.headers }
  return answerOf(front(request({ method: "GET", ...parts, headers })))
}

test("a browser at the cloud's address is told what is here, and how to go on", async () => {
  const { status, headers, text } = await visit()
  expect(status).toBe(200)
  expect(headers["content-type"]).toBe("text/html; charset=utf-8")
  expect(text).toContain("<h1>Cloudarium 1.2.3</h1>")
  expect(text).toContain("AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_DEFAULT_REGION=us-east-1\n")
  expect(text).toContain("AWS_ACCESS_KEY_ID=test ")
  expect(text).toContain('<a href="/_cloudarium/health">')
})

test("it is told the address by which it came, and no dummy keys where none are taken", async () => {
  expect((await visit({ headers: { host: "10.0.0.5:80" }, secure: true })).text).toContain(
    "AWS_ENDPOINT_URL=https://10.0.0.5:80 ",
  )
  expect((await visit({ headers: { host: "[::1]:4566" } })).text).toContain("=http://[::1]:4566 ")
  expect((await visit({ remoteAddress: "::1" })).text).toContain("=http://localhost:4566 ")
  expect((await visit({}, true)).text).not.toContain("=test")
})

test("every page that it links to is there", async () => {
  const front = createFront(await openCloud(), { version: "1.2.3", origins: [] })
  const ask = (path: string, query = ""): Promise<Answer> =>
    answerOf(front(request({ method: "GET", path, query, headers: { accept: BROWSER } })))
  const links = [...(await ask("/")).text.matchAll(/href="(\/[^"?]*)\??([^"]*)"/g)]
  expect(links.length).toBeGreaterThan(5)
  for (const [, path, query] of links) expect((await ask(path!, query)).status).toBe(200)
})

test.each<[string, Partial<WireRequest>, number, RegExp]>([
  ["no browser", { headers: { accept: "*/*" } }, 403, /MissingAuthenticationToken/],
  ["a method", { method: "POST" }, 403, /MissingAuthenticationToken/],
  ["a query", { query: "acl" }, 403, /MissingAuthenticationToken/],
  ["a service by its host", { headers: { host: "s3.localhost:4566" } }, 403, /AccessDenied/],
  ["a bucket", { headers: { host: "b.s3.localhost:4566" } }, 404, /NoSuchBucket/],
  ["a website", { headers: { host: "b.s3-website.localhost:4566" } }, 404, /NoSuchBucket/],
  ["an object", { path: "/bucket/key" }, 404, /NoSuchBucket/],
])("what asks for %s gets what it always got", async (_what, parts, status, text) => {
  const answer = await visit(parts)
  expect(answer.status).toBe(status)
  expect(answer.text).toMatch(text)
  expect(answer.text).not.toContain("<h1>Cloudarium")
})

test("a signed request is a client's, whatever it accepts", async () => {
  const front = createFront(await openCloud(), { version: "1.2.3", origins: [] })
  const wire = request({ method: "GET", headers: { accept: BROWSER } })
  const { status, text } = await answerOf(front(signed(wire, { service: "s3" })))
  expect(status).toBe(200)
  expect(text).toContain("<ListAllMyBucketsResult")
})
