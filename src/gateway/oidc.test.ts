import { createPublicKey, verify } from "node:crypto"
import { expect, test } from "vitest"
import type { Cloud } from "./cloud.ts"
import { createFront } from "./front.ts"
import { answerOf, NOW, openCloud, request } from "./testing/open-cloud.ts"

const front = (cloud: Cloud) => createFront(cloud, { version: "1", origins: [] })

async function ask(cloud: Cloud, path: string, body?: object, remoteAddress = "127.0.0.1") {
  const method = body ? "POST" : "GET"
  const wire = request({ method, path, text: body ? JSON.stringify(body) : "", remoteAddress })
  const { status, text } = await answerOf(front(cloud)(wire))
  return { status, body: JSON.parse(text) as Record<string, unknown> }
}

const open = (cloud: Cloud, spec: object) => ask(cloud, "/_cloudarium/oidc", spec)
const mint = (cloud: Cloud, spec: object) => ask(cloud, "/_cloudarium/oidc/token", spec)

const URL = "https://localhost:4566/_cloudarium/oidc/ci"
const partOf = (token: unknown, at: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(String(token).split(".")[at] ?? "", "base64url").toString())

test("an issuer's documents lead from its URL to the keys of its tokens", async () => {
  const cloud = await openCloud()
  expect((await open(cloud, { name: "ci" })).body).toEqual({ name: "ci", url: URL })
  const discovery = await ask(cloud, "/_cloudarium/oidc/ci/.well-known/openid-configuration")
  expect(discovery.body).toMatchObject({
    issuer: URL,
    jwks_uri: `${URL}/.well-known/jwks.json`,
    id_token_signing_alg_values_supported: ["RS256", "ES384"],
  })
  const { body } = await ask(cloud, "/_cloudarium/oidc/ci/.well-known/jwks.json")
  const keys = body["keys"] as { kid: string; d?: string }[]
  expect(keys.map(({ d }) => d)).toEqual([undefined, undefined])
  const { token } = (await mint(cloud, { issuer: "ci", claims: { sub: "me" } })).body
  const jwk = keys.find(({ kid }) => kid === partOf(token, 0)["kid"]) ?? {}
  const [head, claims, signature = ""] = String(token).split(".")
  const key = createPublicKey({ key: jwk, format: "jwk" })
  const signed = Buffer.from(`${head}.${claims}`)
  expect(verify("sha256", signed, key, Buffer.from(signature, "base64url"))).toBe(true)
})

test("tokens say what they are told to, and the usual things else", async () => {
  const cloud = await openCloud()
  await open(cloud, { name: "ci" })
  const claims = { sub: "repo:octo/app", aud: ["a", "b"] }
  const { token } = (await mint(cloud, { issuer: "ci", claims, algorithm: "ES384" })).body
  expect(partOf(token, 0)).toMatchObject({ alg: "ES384", typ: "JWT" })
  const now = NOW / 1000
  expect(partOf(token, 1)).toEqual({
    ...claims,
    ...{ iss: URL, iat: now, exp: now + 3_600, jti: expect.any(String) },
  })
})

test("an issuer is made once; two never stand in the same place", async () => {
  const cloud = await openCloud()
  const url = "https://token.actions.githubusercontent.com"
  const made = await open(cloud, { name: "github", url })
  expect(made.body).toEqual({ name: "github", url })
  expect(await open(cloud, { name: "github" })).toEqual(made)
  const keys = () => ask(cloud, "/_cloudarium/oidc/github/.well-known/jwks.json")
  const before = await keys()
  await open(cloud, { name: "github", url })
  expect(await keys()).toEqual(before)
  for (const spec of [
    { name: "other", url },
    { name: "github", url: "https://example.com" },
    { name: "a/b" },
    { name: "x", url: "http://example.com" },
    { name: "x", url: "https://example.com/?q" },
    { name: 1 },
    { name: "x", more: 1 },
  ])
    expect((await open(cloud, spec)).status).toBe(400)
})

test("what is no request for a token is refused", async () => {
  const cloud = await openCloud()
  await open(cloud, { name: "ci" })
  for (const spec of [
    { issuer: "other" },
    { issuer: "ci", claims: [] },
    { issuer: "ci", algorithm: "none" },
    { issuer: "ci", sub: "me" },
  ])
    expect((await mint(cloud, spec)).status).toBe(400)
  expect((await ask(cloud, "/_cloudarium/oidc/no/.well-known/jwks.json")).status).toBe(404)
  expect((await ask(cloud, "/_cloudarium/oidc/ci/.well-known/other")).status).toBe(404)
})

test("documents are for everybody, tokens for callers on this machine", async () => {
  const cloud = await openCloud()
  await open(cloud, { name: "ci" })
  const far = "10.0.0.7"
  const document = "/_cloudarium/oidc/ci/.well-known/jwks.json"
  expect((await ask(cloud, document, undefined, far)).status).toBe(200)
  expect((await ask(cloud, "/_cloudarium/oidc/token", { issuer: "ci" }, far)).status).toBe(403)
  expect((await ask(cloud, "/_cloudarium/oidc", { name: "x" }, far)).status).toBe(403)
})
