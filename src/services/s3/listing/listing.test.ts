import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  RestoreObjectCommand,
  type ListObjectsCommandInput,
  type ListObjectsV2CommandInput,
  type ListObjectVersionsCommandInput,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf, type TestBucket } from "../testing/open-bucket.ts"

async function filled(keys: readonly string[]): Promise<TestBucket> {
  const bucket = await openBucket()
  for (const key of keys) await bucket.put(key, "x")
  return bucket
}

const v2 = async (
  { client, Bucket }: TestBucket,
  more: Partial<ListObjectsV2CommandInput> = {},
) => {
  const answer = await client.send(new ListObjectsV2Command({ Bucket, ...more }))
  return {
    keys: (answer.Contents ?? []).map(({ Key }) => Key),
    prefixes: (answer.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
    token: answer.NextContinuationToken,
    answer,
  }
}

const v1 = async ({ client, Bucket }: TestBucket, more: Partial<ListObjectsCommandInput> = {}) => {
  const answer = await client.send(new ListObjectsCommand({ Bucket, ...more }))
  return {
    keys: (answer.Contents ?? []).map(({ Key }) => Key),
    prefixes: (answer.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
    answer,
  }
}

test("S3-12 folders exist only in lists, by prefix and delimiter", async () => {
  const bucket = await filled(["a", "a/b", "a/b/c", "a/b/d", "a/e/f", "b"])
  expect((await v2(bucket)).keys).toEqual(["a", "a/b", "a/b/c", "a/b/d", "a/e/f", "b"])
  const top = await v2(bucket, { Delimiter: "/" })
  expect([top.keys, top.prefixes, top.answer.KeyCount]).toEqual([["a", "b"], ["a/"], 3])
  const inside = await v2(bucket, { Delimiter: "/", Prefix: "a/" })
  expect([inside.keys, inside.prefixes]).toEqual([["a/b"], ["a/b/", "a/e/"]])
  expect((await v2(bucket, { Prefix: "a/b" })).keys).toEqual(["a/b", "a/b/c", "a/b/d"])
})

test("lists tell to the second when objects were written, as their headers do", async () => {
  const bucket = await filled(["a"])
  const { client, Bucket } = bucket
  await bucket.cloud.advance(1_234)
  await bucket.put("b", "x")
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: "b" }))
  const { answer } = await v2(bucket)
  expect(answer.Contents?.[1]?.LastModified).toEqual(head.LastModified)
  const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket }))
  expect(Versions?.[1]?.LastModified).toEqual(head.LastModified)
})

test("keys are listed in the order of their UTF-8 bytes", async () => {
  const keys = ["A", "a", "a\u0000b", "a b", "ä", "\uff5e", "\u{1f600}", "zz"]
  const bucket = await filled(keys)
  const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  expect(sorted.at(-1)).toBe("\u{1f600}")
  const listed = await v2(bucket, { EncodingType: "url" })
  expect(listed.keys.map((key = "") => decodeURIComponent(key.replaceAll("+", " ")))).toEqual(
    sorted,
  )
  const after = await v2(bucket, { EncodingType: "url", StartAfter: "\uff5e" })
  expect(after.keys).toEqual([encodeURIComponent("\u{1f600}")])
  expect((await v2(bucket, { Prefix: "\u{1f600}" })).keys).toEqual(["\u{1f600}"])
})

test("pages of every size together are the list, common prefixes included", async () => {
  const keys = Array.from({ length: 40 }, (_, i) => `${"abc"[i % 3]}/${i % 7}/${i}`)
  const bucket = await filled([...keys, "top1", "top2"])
  for (const wanted of [{}, { Delimiter: "/" }, { Delimiter: "/", Prefix: "b/" }]) {
    const whole = await v2(bucket, wanted)
    for (const MaxKeys of [1, 2, 3, 7]) {
      const found: unknown[] = []
      let token: string | undefined
      do {
        const more = {
          ...wanted,
          MaxKeys,
          ...(token !== undefined && { ContinuationToken: token }),
        }
        const page = await v2(bucket, more)
        expect(page.answer.KeyCount).toBeLessThanOrEqual(MaxKeys)
        found.push(...page.keys, ...page.prefixes)
        token = page.token
      } while (token !== undefined)
      expect(new Set(found)).toEqual(new Set([...whole.keys, ...whole.prefixes]))
      expect(found.length).toBe(whole.keys.length + whole.prefixes.length)
    }
  }
})

test("the first form pages by markers, and a marker in a common prefix passes over all of it", async () => {
  const bucket = await filled(["d/s/1", "d/s/2", "d/x", "d/y"])
  const wanted = { Prefix: "d/", Delimiter: "/", MaxKeys: 1 }
  const first = await v1(bucket, wanted)
  expect([first.prefixes, first.answer.NextMarker]).toEqual([["d/s/"], "d/s/"])
  const second = await v1(bucket, { ...wanted, Marker: "d/s/" })
  expect([second.keys, second.answer.NextMarker]).toEqual([["d/x"], "d/x"])
  const last = await v1(bucket, { ...wanted, Marker: "d/x" })
  expect([last.keys, last.answer.IsTruncated]).toEqual([["d/y"], false])
  expect((await v1(bucket, { ...wanted, Marker: "d/s/1" })).keys).toEqual(["d/x"])
  const plain = await v1(bucket, { MaxKeys: 1 })
  expect([plain.answer.IsTruncated, plain.answer.NextMarker]).toEqual([true, undefined])
})

test("a list tells size, tag, class and checksum, and the owner where it is asked", async () => {
  const bucket = await filled(["a"])
  const { answer } = await v2(bucket, { FetchOwner: true })
  expect(answer.Contents?.[0]).toMatchObject({
    Key: "a",
    Size: 1,
    ETag: '"9dd4e461268c8034f5c8564e155c67a6"',
    StorageClass: "STANDARD",
    ChecksumAlgorithm: ["CRC32"],
    ChecksumType: "FULL_OBJECT",
    Owner: { ID: expect.stringMatching(/^[0-9a-f]{64}$/) },
  })
  expect((await v2(bucket)).answer.Contents?.[0]?.Owner).toBeUndefined()
})

test("parameters that mean nothing are refused, and zero keys are none", async () => {
  const bucket = await filled(["a"])
  expect(await refusalOf(v2(bucket, { ContinuationToken: "x" }))).toBe(
    "InvalidArgument 400: The continuation token provided is incorrect",
  )
  expect(await refusalOf(v2(bucket, { EncodingType: "hex" as "url" }))).toBe(
    "InvalidArgument 400: Invalid Encoding Method specified in Request",
  )
  expect(await refusalOf(v2(bucket, { MaxKeys: -1 }))).toMatch(/^InvalidArgument 400/)
  const none = await v2(bucket, { MaxKeys: 0 })
  expect([none.answer.IsTruncated, none.answer.KeyCount]).toEqual([false, 0])
})

test("versions are listed newest first within a key, on any page", async () => {
  const bucket = await openBucket()
  const { client, Bucket } = bucket
  await client.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  )
  const ids: (string | undefined)[] = []
  for (const key of ["k/0", "k/1", "k/2", "k/2"]) ids.push((await bucket.put(key)).VersionId)
  for (const Key of ["k/0", "k/1", "k/2"])
    ids.push((await client.send(new DeleteObjectCommand({ Bucket, Key }))).VersionId)
  for (const key of ["k/0", "k/1"]) ids.push((await bucket.put(key)).VersionId)
  const list = async (more: Partial<ListObjectVersionsCommandInput>) => {
    const answer = await client.send(new ListObjectVersionsCommand({ Bucket, ...more }))
    const order = ({ VersionId }: { VersionId?: string | undefined }) => ids.indexOf(VersionId)
    return {
      versions: (answer.Versions ?? []).map(order),
      markers: (answer.DeleteMarkers ?? []).map(order),
      latest: [...(answer.Versions ?? []), ...(answer.DeleteMarkers ?? [])]
        .filter(({ IsLatest }) => IsLatest)
        .map(order),
      answer,
    }
  }
  const all = await list({})
  expect(all).toMatchObject({ versions: [7, 0, 8, 1, 3, 2], markers: [4, 5, 6], latest: [7, 8, 6] })
  for (const MaxKeys of [1, 2, 5]) {
    const found: number[] = []
    let markers: Partial<ListObjectVersionsCommandInput> = {}
    for (;;) {
      const page = await list({ MaxKeys, ...markers })
      found.push(...page.versions, ...page.markers)
      if (!page.answer.IsTruncated) break
      markers = {
        KeyMarker: page.answer.NextKeyMarker,
        VersionIdMarker: page.answer.NextVersionIdMarker,
      }
    }
    expect(found.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  }
  expect((await list({ Delimiter: "/" })).answer.CommonPrefixes).toEqual([{ Prefix: "k/" }])
  expect(await refusalOf(list({ VersionIdMarker: ids[0] }))).toBe(
    "InvalidArgument 400: A version-id marker cannot be specified without a key marker.",
  )
})

test("a bucket is emptied page by page of its versions, each deleted before the next", async () => {
  const { client, Bucket, put } = await openBucket()
  const VersioningConfiguration = { Status: "Enabled" } as const
  for (const key of ["a", "b"]) await put(key)
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  for (const key of ["b", "b", "b", "c", "c"]) await put(key)
  await client.send(new DeleteObjectCommand({ Bucket, Key: "b" }))
  let markers: Partial<ListObjectVersionsCommandInput> = {}
  for (let page = 0; page < 8; page += 1) {
    const found = await client.send(
      new ListObjectVersionsCommand({ Bucket, MaxKeys: 1, ...markers }),
    )
    const { Key, VersionId } = [...(found.Versions ?? []), ...(found.DeleteMarkers ?? [])][0]!
    await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))
    markers = { KeyMarker: found.NextKeyMarker, VersionIdMarker: found.NextVersionIdMarker }
  }
  expect(markers).toEqual({})
  const rest = await client.send(new ListObjectVersionsCommand({ Bucket }))
  expect([rest.Versions, rest.DeleteMarkers]).toEqual([undefined, undefined])
  const madeUp = client.send(
    new ListObjectVersionsCommand({ Bucket, KeyMarker: "a", VersionIdMarker: "7" }),
  )
  expect(await refusalOf(madeUp)).toBe("InvalidArgument 400: Invalid version id specified")
})

test("a list tells which objects are restored, where that is asked", async () => {
  const bucket = await openBucket()
  const { client, Bucket } = bucket
  await bucket.put("cold", "x", { StorageClass: "GLACIER" })
  const restore = { Days: 1, GlacierJobParameters: { Tier: "Expedited" as const } }
  await client.send(new RestoreObjectCommand({ Bucket, Key: "cold", RestoreRequest: restore }))
  const asked = await v2(bucket, { OptionalObjectAttributes: ["RestoreStatus"] })
  expect(asked.answer.Contents?.[0]).toMatchObject({
    StorageClass: "GLACIER",
    RestoreStatus: { IsRestoreInProgress: true },
  })
  expect((await v2(bucket)).answer.Contents?.[0]?.RestoreStatus).toBeUndefined()
})
