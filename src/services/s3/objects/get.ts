import type { WriteTx } from "../../../kernel/transaction.ts"
import { WholeBody } from "../../../protocols/body-text.ts"
import type { Call } from "../../../registry/call.ts"
import { readAccess } from "../access/access.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { getBytes } from "../bytes/bytes.ts"
import { readRange } from "../bytes/read.ts"
import { assertMayDescribe, readKey } from "../bytes/read-key.ts"
import { segmentsOf } from "../bytes/segments.ts"
import { op, type In, type Out } from "../define.ts"
import { meterBytesOut, meterRequest } from "../requests.ts"
import { assertRead } from "./conditions.ts"
import { describe } from "./describe.ts"
import { contentRange, parseRange, type ByteRange } from "./range.ts"
import type { Version } from "./version.ts"
import { wantedVersion } from "./wanted.ts"

type Head = Out<"HeadObject">

/** What a read is about, found and checked. */
interface Found {
  readonly bucket: Bucket
  readonly version: Version
  /** What of it is asked for. */
  readonly range: ByteRange
  readonly partial: boolean
}

export const GetObject = op.action("GetObject", {
  authorize: readAccess("GetObject", "GetObjectVersion"),
  anonymous: true,
  /** What lies in a row is answered at once. */
  begin(tx, input, call): Out<"GetObject"> | undefined {
    const found = find(tx, input, { call, method: "GET" })
    const { content, serial } = found.version
    if (content && content.at !== "row") return undefined
    const key = readKey(tx, found.version, { input, call })
    const bytes = content ? getBytes(tx, serial, key) : NOTHING
    const { start, end } = found.range
    return {
      ...head(tx, found, input),
      Body: new WholeBody(found.partial ? bytes.subarray(start, end) : bytes),
    }
  },
  async run(ctx, input, call): Promise<Out<"GetObject">> {
    const { answer, ...reading } = await ctx.write((tx) => {
      const found = find(tx, input, { call, method: "GET" })
      const key = readKey(tx, found.version, { input, call })
      const segments = segmentsOf(tx, found.version)
      return { answer: head(tx, found, input), segments, key, ...found.range }
    })
    return { ...answer, Body: readRange(ctx, reading) }
  },
})

export const HeadObject = op.write("HeadObject", {
  authorize: readAccess("GetObject", "GetObjectVersion"),
  anonymous: true,
  run(tx, input, call): Head {
    const found = find(tx, input, { call, method: "HEAD" })
    assertMayDescribe(found.version, { input, call })
    // "HeadObject": checksums of what KMS encrypts are told to those who may decrypt it.
    if (input.ChecksumMode === "ENABLED") readKey(tx, found.version, { input, call })
    return head(tx, found, input)
  },
})

const NOTHING = new Uint8Array(0)

function find(
  tx: WriteTx,
  input: In<"GetObject">,
  { call, method }: { call: Call; method: "GET" | "HEAD" },
): Found {
  const bucket = findBucket(tx, input, call)
  const version = wantedVersion(tx, bucket, { ...input, method })
  assertRead(version, input)
  const range = parseRange(input.Range, version.sizeBytes)
  const whole = { start: 0, end: version.sizeBytes }
  return { bucket, version, range: range ?? whole, partial: range !== undefined }
}

/** The answer without its body; counts the request and what leaves. */
function head(
  tx: WriteTx,
  { bucket, version, range, partial }: Found,
  input: In<"GetObject">,
): Head {
  meterRequest(tx, bucket, 2)
  const length = range.end - range.start
  meterBytesOut(tx, bucket, length)
  return {
    // Of a part of an object its checksum says nothing.
    ...describe(bucket, version, {
      checksums: input.ChecksumMode === "ENABLED" && !partial,
      input,
    }),
    ContentLength: length,
    ...(partial && { ContentRange: contentRange(range, version.sizeBytes) }),
    ...overrides(input),
  }
}

/** `response-…` parameters of signed requests take the place of what is stored. */
function overrides(input: In<"GetObject">): Partial<Head> {
  return {
    ...(input.ResponseCacheControl !== undefined && { CacheControl: input.ResponseCacheControl }),
    ...(input.ResponseContentType !== undefined && { ContentType: input.ResponseContentType }),
    ...(input.ResponseContentDisposition !== undefined && {
      ContentDisposition: input.ResponseContentDisposition,
    }),
    ...(input.ResponseContentEncoding !== undefined && {
      ContentEncoding: input.ResponseContentEncoding,
    }),
    ...(input.ResponseContentLanguage !== undefined && {
      ContentLanguage: input.ResponseContentLanguage,
    }),
    ...(input.ResponseExpires !== undefined && {
      Expires: new Date(input.ResponseExpires).toUTCString(),
    }),
  }
}
