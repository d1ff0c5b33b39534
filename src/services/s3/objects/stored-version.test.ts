import { expect, test } from "vitest"
import { decodeListed, decodeVersion, encodeVersion } from "./stored-version.ts"
import type { Version } from "./version.ts"

const PLAIN: Version = {
  ...{
    bucket: 1,
    key: 'a "b"\u0000\n\n{}\u{1f600}',
    serial: 7,
    versionId: "null",
    modifiedMs: 5,
    sizeBytes: 0,
  },
  etag: "",
}

test("a version comes back as it was stored, whatever it has", () => {
  const versions: Version[] = [
    PLAIN,
    { ...PLAIN, marker: true },
    { ...PLAIN, headers: { ContentType: "text/plain" }, owner: "111122223333" },
    { ...PLAIN, headers: { ContentType: "text/plain", CacheControl: "no-cache" } },
    { ...PLAIN, headers: { ContentType: "a\nb" }, modifiedMs: -1, sizeBytes: 2 ** 45 },
    { ...PLAIN, content: { at: "row" }, checksum: { algorithm: "CRC32", value: "NhCmhg==" } },
    { ...PLAIN, content: { at: "blob", blob: "0f" }, tags: { a: "b" }, storageClass: "GLACIER" },
    {
      ...PLAIN,
      content: { at: "parts", parts: 3 },
      checksum: { algorithm: "SHA256", value: "x=-3", composite: true },
      encryption: { type: "aws:kms", key: "k", kmsKey: "arn", bucketKey: true },
    },
  ]
  for (const version of versions) expect(decodeVersion(encodeVersion(version))).toEqual(version)
  const old = (encodeVersion({ ...PLAIN, etag: "d41d8" }) as string).replaceAll('"d41d8"', "d41d8")
  expect(decodeVersion(old)).toEqual({ ...PLAIN, etag: "d41d8" })
  expect(decodeListed(old)).toMatchObject({ etag: "d41d8" })
})

test("what lists need is read without the rest", () => {
  const whole: Version = {
    ...{ ...PLAIN, etag: "d41d8", sizeBytes: 2 ** 45, modifiedMs: 1_700_000_000_123 },
    ...{ headers: { ContentType: "text/plain" }, content: { at: "parts", parts: 3 } },
    checksum: { algorithm: "SHA256", value: "x=-3", composite: true },
  }
  const listed = ({ key, modifiedMs, sizeBytes, etag }: Version) => ({
    ...{ key, modifiedMs, sizeBytes, etag: `"${etag}"` },
  })
  const read = (version: Version) => decodeListed(encodeVersion(version))
  expect(read(PLAIN)).toEqual(listed(PLAIN))
  expect(read(whole)).toEqual({
    ...listed(whole),
    checksum: { algorithm: "SHA256", composite: true },
  })
  for (const algorithm of ["CRC32", "CRC32C", "SHA1"] as const)
    expect(read({ ...whole, checksum: { algorithm, value: "x" } }).checksum).toEqual({ algorithm })
  const more = {
    ...{ marker: true as const, storageClass: "GLACIER" as const, owner: "111122223333" },
    restore: { tier: "Standard" as const, days: 1, readyMs: 3, expiresMs: 5 },
  }
  const kept: Version = { ...whole, ...more, tags: { a: "b" } }
  expect(read(kept)).toEqual({ ...read(whole), ...more })
  expect(read({ ...whole, tags: { owner: "b" }, metadata: { a: "b" } })).toEqual(read(whole))
  expect(read({ ...whole, modifiedMs: -1 })).toMatchObject({
    ...{ ...listed(whole), etag: whole.etag, modifiedMs: -1 },
  })
})
