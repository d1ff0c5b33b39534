import { execFileSync } from "node:child_process"
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs"
import { open } from "node:fs/promises"
import { createServer as createPlainServer, type RequestListener } from "node:http"
import { createServer } from "node:https"
import type { AddressInfo, Server } from "node:net"
import { X509Certificate } from "node:crypto"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { openLocalCa } from "../../engines/tls/local-ca.ts"
import { createHostRandom } from "./host-random.ts"
import { hostClock } from "./host-clock.ts"
import { createNearOutside, isNear } from "./outside.ts"

const outside = createNearOutside(hostClock)
const LIMITS = { thumbprints: [], limitBytes: 1_000, limitMs: 60_000 }
const answer =
  (text: string, status = 200): RequestListener =>
  (_request, response) =>
    void response.writeHead(status).end(text)

function listen(server: Server): Promise<number> {
  onTestFinished(() => void server.close())
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port))
  })
}

/** A server whose certificate comes from an authority that nobody knows. */
async function openSecure() {
  const ca = await openLocalCa({ now: hostClock.now, random: createHostRandom() })
  const { key, certificate } = await ca.identity("localhost")
  const port = await listen(createServer({ key, cert: certificate + ca.certificate }, answer("{}")))
  const print = (pem: string): string =>
    new X509Certificate(pem).fingerprint.replaceAll(":", "").toLowerCase()
  return {
    url: `https://localhost:${port}/`,
    leaf: print(certificate),
    root: print(ca.certificate),
  }
}

test("a document near this machine is fetched, whatever its status", async () => {
  const port = await listen(createPlainServer(answer("gone", 404)))
  const document = await outside.get(`http://127.0.0.1:${port}/x?y`, LIMITS)
  expect(document.status).toBe(404)
  expect(Buffer.from(document.body).toString()).toBe("gone")
})

test.skipIf(process.platform === "win32")(
  "localhost is this machine, while all threads wait that could ask a resolver",
  async () => {
    const port = await listen(createPlainServer(answer("here")))
    const folder = mkdtempSync(join(tmpdir(), "cloudarium-outside-"))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const pipe = join(folder, "pipe")
    execFileSync("mkfifo", [pipe])
    // Who opens a pipe to read waits for one who writes.
    const readers = Array.from({ length: 4 }, () => open(pipe))
    try {
      const { status } = await outside.get(`http://localhost:${port}/`, LIMITS)
      expect(status).toBe(200)
    } finally {
      const writer = openSync(pipe, "r+")
      for (const reader of readers) await (await reader).close()
      closeSync(writer)
    }
  },
)

test("a document has its limits, in bytes and in time", async () => {
  const port = await listen(createPlainServer(answer("x".repeat(1_001))))
  await expect(outside.get(`http://localhost:${port}/`, LIMITS)).rejects.toThrow("too large")
  const mute = await listen(createPlainServer(() => undefined))
  const hurried = { ...LIMITS, limitMs: 1 }
  await expect(outside.get(`http://localhost:${mute}/`, hurried)).rejects.toThrow("in time")
})

test("a certificate that no known authority vouches for needs a thumbprint", async () => {
  const { url, leaf, root } = await openSecure()
  await expect(outside.get(url, LIMITS)).rejects.toThrow("nobody vouches")
  const others = { ...LIMITS, thumbprints: ["0".repeat(40)] }
  await expect(outside.get(url, others)).rejects.toThrow("nobody vouches")
  for (const thumbprint of [leaf, root]) {
    const { status } = await outside.get(url, { ...LIMITS, thumbprints: [thumbprint] })
    expect(status).toBe(200)
  }
})

test("a thumbprint does not help a server of another name", async () => {
  const { url, leaf } = await openSecure()
  const named = url.replace("localhost", "127.0.0.2")
  await expect(outside.get(named, { ...LIMITS, thumbprints: [leaf] })).rejects.toThrow()
})

test("a certificate that merely lies beside the server's own vouches for nothing", async () => {
  const [ours, theirs] = await Promise.all(
    [1, 2].map(() => openLocalCa({ now: hostClock.now, random: createHostRandom() })),
  )
  if (!ours || !theirs) throw new Error("no authority")
  const { key, certificate } = await theirs.identity("localhost")
  const cert = certificate + ours.certificate
  const port = await listen(createServer({ key, cert }, answer("{}")))
  const trusted = new X509Certificate(ours.certificate).fingerprint
  const thumbprints = [trusted.replaceAll(":", "").toLowerCase()]
  const asked = outside.get(`https://localhost:${port}/`, { ...LIMITS, thumbprints })
  await expect(asked).rejects.toThrow("nobody vouches")
})

test("nobody on the internet is called", async () => {
  for (const url of [
    "https://93.184.216.34/",
    "http://[2606:2800:220:1::1]/",
    "http://169.254.169.254/",
  ])
    await expect(outside.get(url, LIMITS)).rejects.toThrow("does not call the internet")
  await expect(outside.get("file:///etc/passwd", LIMITS)).rejects.toThrow("no HTTP URL")
})

test.each([
  ["127.0.0.1", true],
  ["::1", true],
  ["10.1.2.3", true],
  ["172.31.255.255", true],
  ["172.32.0.1", false],
  ["192.168.0.1", true],
  ["8.8.8.8", false],
  ["fd12::1", true],
  ["fd00:ec2::254", false],
  ["2001:db8::1", false],
  ["0.0.0.0", false],
  ["::ffff:8.8.8.8", false],
  ["localhost", false],
])("%s is near: %s", (address, near) => expect(isNear(address)).toBe(near))
