import type { WriteTx } from "../../../kernel/transaction.ts"
import { WholeBody } from "../../../protocols/body-text.ts"
import type { Call } from "../../../registry/call.ts"
import { readAccess } from "../access/access.ts"
import { noteAccess } from "../archive/access.ts"
import { asleepTier } from "../archive/intelligent-tiering.ts"
import { assertReadable } from "../archive/readable.ts"
import { countRetrieval } from "../billing/storage.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { getBytes } from "../bytes/bytes.ts"
import { begun } from "../bytes/begun.ts"
import { readRange } from "../bytes/read.ts"
import { assertMayDescribe, readKey } from "../bytes/read-key.ts"
import { segmentsOf } from "../bytes/segments.ts"
import { checksumMembers, type StoredChecksum } from "../checksums/checksum.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidHeader, refuseEncryption } from "../errors.ts"
import { meterBytesOut, meterRequest } from "../requests.ts"
import { assertRead } from "./conditions.ts"
import { describe } from "./describe.ts"
import { overridesOf, type Overrides } from "./overrides.ts"
import { assertPart, partOf } from "./part.ts"
import { contentRange, parseRange, type ByteRange } from "./range.ts"
import type { Version } from "./version.ts"
import { wantedVersion } from "./wanted.ts"

type Head = Out<"HeadObject">

/** What a read is about, found and checked. */
interface Found {
  readonly bucket: Bucket
  readonly version: Version
  readonly overrides: Overrides
  /** What of it is asked for. */
  readonly range: ByteRange
  readonly partial: boolean
  /** Of what is asked for. */
  readonly checksum?: StoredChecksum | undefined
  readonly partsCount?: number | undefined
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
      ...answerOf(tx, found, input),
      Body: new WholeBody(found.partial ? bytes.subarray(start, end) : bytes),
    }
  },
  async run(ctx, input, call): Promise<Out<"GetObject">> {
    const { answer, ...reading } = await ctx.write((tx) => {
      const found = find(tx, input, { call, method: "GET" })
      const key = readKey(tx, found.version, { input, call })
      const segments = segmentsOf(tx, found.version)
      return { answer: answerOf(tx, found, input), segments, key, ...found.range }
    })
    // Bytes that are damaged at once are our error yet, and no answer that breaks off.
    return { ...answer, Body: await begun(readRange(ctx, reading)) }
  },
})

export const HeadObject = op.write("HeadObject", {
  authorize: readAccess("GetObject", "GetObjectVersion"),
  anonymous: true,
  run(tx, input, call): Head {
    const found = find(tx, input, { call, method: "HEAD" })
    assertMayDescribe(found.version, { input, call })
    // "HeadObject": checksums of what KMS encrypts are told to those who may decrypt it.
    if (asksChecksum(input)) readKey(tx, found.version, { input, call })
    const ArchiveStatus = asleepTier(tx, found.bucket, found.version)
    return { ...head(tx, found, input), ...(ArchiveStatus && { ArchiveStatus }) }
  },
})

const NOTHING = new Uint8Array(0)

function find(
  tx: WriteTx,
  input: In<"GetObject">,
  { call, method }: { call: Call; method: "GET" | "HEAD" },
): Found {
  const bucket = findBucket(tx, input, call)
  refuseEncryption(input)
  assertPart(input)
  const overrides = overridesOf(input, call)
  const version = wantedVersion(tx, bucket, { ...input, method })
  assertRead(version, input, tx.now)
  if (method === "GET") {
    assertReadable(tx, bucket, version)
    noteAccess(tx, version)
  }
  const { PartNumber } = input
  if (PartNumber !== undefined) {
    const part = partOf(tx, version, PartNumber)
    // Of nothing there is no range that could be told (as tests that AWS passes have it).
    return { bucket, version, overrides, partial: version.sizeBytes > 0, ...part }
  }
  const range = parseRange(input.Range, version.sizeBytes)
  const whole = { start: 0, end: version.sizeBytes }
  const all = !range || (range.start === 0 && range.end === version.sizeBytes)
  return {
    bucket,
    version,
    overrides,
    range: range ?? whole,
    partial: range !== undefined,
    // Of some of an object's bytes its checksum says nothing.
    checksum: all ? version.checksum : undefined,
  }
}

/** The answer of a GET without its body; counts what leaves. */
function answerOf(tx: WriteTx, found: Found, input: In<"GetObject">): Head {
  const { bucket, version, range } = found
  meterBytesOut(tx, bucket, range.end - range.start)
  countRetrieval(tx, bucket, version, range.end - range.start)
  return head(tx, found, input)
}

/** Recorded: in any case of letters. */
function asksChecksum({ ChecksumMode: mode }: { readonly ChecksumMode?: string | undefined }) {
  if (mode === undefined) return false
  // As tests that AWS passes have it.
  if (mode.toUpperCase() !== "ENABLED") throw invalidHeader("x-amz-checksum-mode")
  return true
}

function head(tx: WriteTx, found: Found, input: In<"GetObject">): Head {
  const { bucket, version, range, partial, partsCount } = found
  meterRequest(tx, bucket, 2)
  const length = range.end - range.start
  return {
    ...describe(bucket, version, input),
    ...(asksChecksum(input) && checksumMembers(found.checksum)),
    ContentLength: length,
    ...(partial && { ContentRange: contentRange(range, version.sizeBytes) }),
    ...(partsCount !== undefined && { PartsCount: partsCount }),
    ...found.overrides,
  }
}
