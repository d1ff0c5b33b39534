import { existsSync, globSync, readFileSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { describe, expect, test } from "vitest"
import type { WireRequest } from "../../kernel/wire.ts"
import { canonicalRequest, parseHeaderList, stringToSign } from "./canonical.ts"
import { parseAuthorization } from "./parse.ts"
import { payloadHash } from "./payload.ts"
import { signRequest } from "./sign.ts"
import { createSigningKeyCache } from "./signing-keys.ts"
import { verifySignature } from "./verify.ts"

/*
 * AWS's Signature Version 4 test suite. It is not part of this repository: point
 * CLOUDARIUM_AWS_CASES at it, or keep it beside the repository.
 */
const root = process.env["CLOUDARIUM_AWS_CASES"] ?? resolve("../shared/aws-cases")
const folder = join(root, "sigv4")
const cases = existsSync(folder) ? globSync("**/*.req", { cwd: folder }).toSorted() : []

const accessKeyId = "AKIDEXAMPLE"
const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
const timeMs = Date.UTC(2015, 7, 30, 12, 36)

/** A request as text, with folded header lines, read as the bytes that a wire would carry. */
function readRequest(file: string): WireRequest {
  const [head = "", ...rest] = readFileSync(file, "latin1").split("\n\n")
  const [requestLine = "", ...lines] = head
    .replace(/\n+$/, "")
    .replace(/\n[ \t]+/g, " ")
    .split("\n")
  const match = /^(\S+) (.*) HTTP\/1\.1$/.exec(requestLine)
  if (match === null) throw new Error(`no request line in ${file}`)
  const [path = "", query = ""] = (match[2] ?? "").split(/\?(.*)/s)
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(":")
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1)
    headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`
  }
  if (headers["authorization"] !== undefined) {
    headers["authorization"] = headers["authorization"].trim()
  }
  const body = Buffer.from(rest.join("\n\n"), "latin1")
  return {
    method: match[1] ?? "",
    path,
    query,
    headers,
    body,
    secure: false,
    remoteAddress: "127.0.0.1",
  }
}

function signedOf(request: WireRequest) {
  const signed = parseAuthorization(request)
  if (signed === "anonymous") throw new Error("the case is not signed")
  return signed
}

describe.skipIf(cases.length === 0)(
  cases.length === 0 ? `AWS's suite (skipped: no folder ${folder})` : "AWS's suite",
  () => {
    const keys = createSigningKeyCache()
    test("has all its cases", () => {
      expect(cases.length).toBe(34)
    })

    test.each(cases)("%s", (file) => {
      const stem = join(folder, dirname(file), basename(file, ".req"))
      const read = (extension: string) => readFileSync(`${stem}.${extension}`, "latin1").trimEnd()
      const authorization = read("authz")
      const sent = readRequest(`${stem}.sreq`)
      const inner = { ...sent, headers: { ...sent.headers, authorization } }
      const signed = signedOf(inner)

      const canonical = canonicalRequest(signed, inner, {
        payloadHash: payloadHash(signed, inner),
        headers: parseHeaderList(signed.signedHeaders),
      })
      expect(canonical).toBe(read("creq"))
      expect(stringToSign(signed, canonical)).toBe(read("sts"))
      expect(verifySignature(signed, inner, { secret, keys })).toBe(true)
      expect(verifySignature(signed, inner, { secret: `${secret}x`, keys })).toBe(false)

      const bare = readRequest(`${stem}.req`)
      const token = sent.headers["x-amz-security-token"]
      const addToken =
        signed.signedHeaders.includes("x-amz-security-token") &&
        bare.headers["x-amz-security-token"] === undefined
      const ours = signRequest(bare, {
        credentials: { accessKeyId, secret, ...(addToken && token && { sessionToken: token }) },
        service: "service",
        region: "us-east-1",
        timeMs,
      })
      expect(ours.headers["authorization"]).toBe(authorization)

      // The signed request of this one case carries the signature of another.
      const stray = file.includes("get-vanilla-with-session-token")
      expect(verifySignature(signedOf(sent), sent, { secret, keys })).toBe(!stray)
    })
  },
)
