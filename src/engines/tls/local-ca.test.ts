import { createHash, X509Certificate } from "node:crypto"
import { expect, test } from "vitest"
import type { RandomSource } from "../../kernel/random.ts"
import { addressBytes } from "../x509/ip-address.ts"
import { type LocalCaOptions, openLocalCa, type TlsFiles } from "./local-ca.ts"

const DAY_MS = 86_400_000
const START = Date.UTC(2026, 10, 21)

function memoryFiles(): TlsFiles & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>()
  return {
    texts,
    read: (name) => Promise.resolve(texts.get(name)),
    write: (name, text) => Promise.resolve(void texts.set(name, text)),
  }
}

function seeded(): RandomSource {
  let draws = 0
  return {
    bytes: (name, count) =>
      createHash("sha256").update(`${name} ${draws++}`).digest().subarray(0, count),
  }
}

const options = (more: Partial<LocalCaOptions> = {}): LocalCaOptions => ({
  now: () => START,
  random: seeded(),
  ...more,
})

async function certificates(
  more: Partial<LocalCaOptions>,
  name: string,
): Promise<{ authority: X509Certificate; server: X509Certificate }> {
  const ca = await openLocalCa(options(more))
  const identity = await ca.identity(name)
  return {
    authority: new X509Certificate(ca.certificate),
    server: new X509Certificate(identity.certificate),
  }
}

test("the authority signs itself and its servers, and each has its own powers", async () => {
  const { authority, server } = await certificates({}, "")
  expect([authority.ca, server.ca]).toEqual([true, false])
  expect(authority.verify(authority.publicKey)).toBe(true)
  expect(server.verify(authority.publicKey)).toBe(true)
  expect(server.checkIssued(authority)).toBe(true)
  expect(server.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"])
  expect(Date.parse(server.validFrom)).toBe(START - DAY_MS)
  expect(Date.parse(server.validTo)).toBe(START + 397 * DAY_MS)
  expect(Date.parse(authority.validTo)).toBe(START + 3650 * DAY_MS)
})

test("the server's own certificate names this machine and its wildcards", async () => {
  const { server } = await certificates({ names: ["build-7", "192.168.1.9", "fe80::1"] }, "")
  for (const host of ["localhost", "localhost.localstack.cloud", "build-7"]) {
    expect(server.checkHost(host), host).toBe(host)
  }
  expect(server.checkHost("sqs.localhost.localstack.cloud")).toBe("*.localhost.localstack.cloud")
  expect(server.checkHost("b.s3.localhost.localstack.cloud")).toBe(
    "*.s3.localhost.localstack.cloud",
  )
  expect(server.checkHost("example.com")).toBeUndefined()
  for (const address of ["127.0.0.1", "::1", "192.168.1.9", "fe80::1"]) {
    expect(server.checkIP(address), address).toBe(address)
  }
  expect(server.checkIP("10.0.0.1")).toBeUndefined()
})

test("any other name gets a certificate of its own, once", async () => {
  const ca = await openLocalCa(options())
  const first = await ca.identity("My-Bucket.s3.us-east-1.localhost.localstack.cloud")
  const parsed = new X509Certificate(first.certificate)
  expect(parsed.subjectAltName).toBe("DNS:my-bucket.s3.us-east-1.localhost.localstack.cloud")
  expect(parsed.subject).toContain("CN=my-bucket.s3.us-east-1.localhost.localstack.cloud")
  expect(await ca.identity("my-bucket.s3.us-east-1.localhost.localstack.cloud")).toBe(first)
  const other = await ca.identity("sqs.us-east-1.amazonaws.com")
  expect(new X509Certificate(other.certificate).serialNumber).not.toBe(parsed.serialNumber)
  // A common name longer than 64 characters would be refused by strict readers.
  const long = await ca.identity(`${"a".repeat(60)}.${"b".repeat(60)}.localhost`)
  const common = /CN=(.*)/.exec(new X509Certificate(long.certificate).subject)?.[1]
  expect(common).toHaveLength(64)
})

test("what is no DNS name gets the server's own certificate", async () => {
  const ca = await openLocalCa(options())
  const own = await ca.identity("")
  for (const name of ["localhost", "LOCALHOST", "a b", "-a", "a..b", "a\0b", "*.x", "ä.de"]) {
    expect(await ca.identity(name), name).toBe(own)
  }
})

test("a restart keeps keys and certificates; the server's come with the first who speaks TLS", async () => {
  const files = memoryFiles()
  const before = await openLocalCa(options({ files }))
  expect([...files.texts.keys()].toSorted()).toEqual(["ca-key.pem", "ca.pem"])
  await Promise.all([before.identity(""), before.identity("a.b")])
  const texts = new Map(files.texts)
  expect([...texts.keys()].toSorted()).toEqual([
    "ca-key.pem",
    "ca.pem",
    "server-key.pem",
    "server.pem",
  ])
  const after = await openLocalCa(options({ files, now: () => START + 300 * DAY_MS }))
  expect(after.certificate).toBe(before.certificate)
  expect((await after.identity("")).certificate).toBe((await before.identity("")).certificate)
  expect(files.texts).toEqual(texts)
})

test("certificates are renewed before they expire, keys stay", async () => {
  const files = memoryFiles()
  let now = START
  const ca = await openLocalCa(options({ files, now: () => now }))
  const server = await ca.identity("")
  const keys = [files.texts.get("ca-key.pem"), files.texts.get("server-key.pem")]
  const named = await ca.identity("a.b")
  now = START + 360 * DAY_MS
  expect(await ca.identity("")).toBe(server)
  now = START + 368 * DAY_MS
  const renewed = await ca.identity("")
  expect(renewed).not.toBe(server)
  expect(files.texts.get("server.pem")).toBe(renewed.certificate)
  expect(await ca.identity("a.b")).not.toBe(named)
  now = START + 3_300 * DAY_MS
  const later = await openLocalCa(options({ files, now: () => now }))
  expect(later.certificate).not.toBe(ca.certificate)
  expect([files.texts.get("ca-key.pem"), files.texts.get("server-key.pem")]).toEqual(keys)
  const authority = new X509Certificate(later.certificate)
  expect(Date.parse(authority.validTo)).toBe(now + 3650 * DAY_MS)
  const leaf = new X509Certificate((await later.identity("")).certificate)
  expect(Date.parse(leaf.validTo)).toBeLessThan(Date.parse(authority.validTo))
})

test("a new name of the machine brings a new certificate, another authority too", async () => {
  const files = memoryFiles()
  const before = await openLocalCa(options({ files }))
  const unnamed = await before.identity("")
  const named = await openLocalCa(options({ files, names: ["build-7"] }))
  expect((await named.identity("")).certificate).not.toBe(unnamed.certificate)
  expect(named.certificate).toBe(before.certificate)
  files.texts.delete("ca.pem")
  files.texts.delete("ca-key.pem")
  const another = await openLocalCa(options({ files, names: ["build-7"] }))
  const leaf = new X509Certificate((await another.identity("")).certificate)
  expect(leaf.verify(new X509Certificate(another.certificate).publicKey)).toBe(true)
})

test("a key and a certificate of different authorities are not used", async () => {
  const files = memoryFiles()
  await openLocalCa(options({ files }))
  files.texts.set("ca.pem", (await openLocalCa(options())).certificate)
  await expect(openLocalCa(options({ files }))).rejects.toThrow("do not belong together")
})

test("IP addresses as certificates write them", () => {
  const hex = (text: string): string | undefined => {
    const bytes = addressBytes(text)
    return bytes && Buffer.from(bytes).toString("hex")
  }
  expect(hex("127.0.0.1")).toBe("7f000001")
  expect(hex("::1")).toBe("00000000000000000000000000000001")
  expect(hex("::")).toBe("0".repeat(32))
  expect(hex("2001:db8::a:0")).toBe("20010db80000000000000000000a0000")
  expect(hex("1:2:3:4:5:6:7:8")).toBe("00010002000300040005000600070008")
  for (const text of ["256.0.0.1", "1.2.3", "localhost", "1::2::3", "1:2:3", "12345::", "abc"]) {
    expect(hex(text), text).toBeUndefined()
  }
})
