import type { ReadTx } from "../../../kernel/transaction.ts"
import { bucketAccess } from "../access/access.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { findBucket, type OnBucket } from "../buckets/find.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidArgument } from "../errors.ts"
import { objects, versions, versionWithId, type Version } from "../objects/version.ts"
import { assertVersionId } from "../objects/version-id.ts"
import { meterRequest } from "../requests.ts"
import { listContext } from "./context.ts"
import { entryOf, ownersIn, telling } from "./entry.ts"
import { maxKeys, type ListInput } from "./input.ts"
import { KeyReader, type Reach } from "./key-reader.ts"
import { toSecond } from "./second.ts"
import { commonPrefix, isBefore, textBehind } from "./text.ts"
import { startAfter, type Wanted } from "./walk.ts"

type Input = In<"ListObjectVersions">

/** A version with whether it is its key's newest. */
interface Entry {
  readonly version: Version
  readonly latest: boolean
}

interface Page {
  readonly entries: readonly Entry[]
  readonly prefixes: readonly string[]
  /** The last that is told, where there is more: a version, or a common prefix. */
  readonly next?: Entry | string | undefined
}

export const ListObjectVersions = op.write("ListObjectVersions", {
  authorize: bucketAccess<OnBucket & ListInput>("ListBucketVersions", listContext),
  anonymous: true,
  run(tx, input, call): Out<"ListObjectVersions"> {
    const bucket = findBucket(tx, input, call)
    const { Prefix = "", Delimiter, EncodingType, KeyMarker = "", VersionIdMarker = "" } = input
    const told = telling(input)
    const { encode } = told
    const most = maxKeys(input.MaxKeys)
    const ownerIn = ownersIn(bucket)
    assertMarkers(input)
    meterRequest(tx, bucket, 1)
    const { entries, prefixes, next } = pageOfVersions(tx, bucket, { input, most })
    return {
      Name: bucket.name,
      Prefix: encode(Prefix),
      KeyMarker: encode(KeyMarker),
      VersionIdMarker,
      MaxKeys: most,
      IsTruncated: next !== undefined,
      ...nextMarkers(next, encode),
      ...(Delimiter !== undefined && Delimiter !== "" && { Delimiter: encode(Delimiter) }),
      ...(EncodingType !== undefined && { EncodingType }),
      Versions: entries
        .filter(({ version }) => !version.marker)
        .map(({ version, latest }) => ({
          ...entryOf(version, told, ownerIn(version)),
          VersionId: version.versionId,
          IsLatest: latest,
        })),
      DeleteMarkers: entries
        .filter(({ version }) => version.marker)
        .map(({ version, latest }) => ({
          Key: encode(version.key),
          LastModified: toSecond(version.modifiedMs),
          VersionId: version.versionId,
          IsLatest: latest,
          Owner: ownerIn(version),
        })),
      CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    }
  },
})

function nextMarkers(next: Page["next"], encode: (text: string) => string) {
  if (next === undefined) return {}
  if (typeof next === "string") return { NextKeyMarker: encode(next) }
  return {
    NextKeyMarker: encode(next.version.key),
    NextVersionIdMarker: next.version.versionId,
  }
}

/** Recorded. */
function assertMarkers({ KeyMarker, VersionIdMarker }: Input): void {
  if (VersionIdMarker !== undefined && VersionIdMarker !== "" && !KeyMarker)
    throw invalidArgument(
      "A version-id marker cannot be specified without a key marker.",
      "version-id-marker",
      VersionIdMarker,
    )
  if (VersionIdMarker === "")
    throw invalidArgument("A version-id marker cannot be empty.", "version-id-marker", "")
}

/** Merges the newest versions and those behind them, key by key. */
export function pageOfVersions(
  tx: ReadTx,
  bucket: Bucket,
  { input, most }: { input: Input; most: number },
): Page {
  const wanted = { prefix: input.Prefix ?? "", delimiter: input.Delimiter, most }
  const entries: Entry[] = []
  const prefixes: string[] = []
  if (most === 0) return { entries, prefixes }
  const readers = open(tx, bucket, { input, wanted })
  if (!readers) return { entries, prefixes }
  const { newest, older } = readers
  let last: Entry | string | undefined
  for (;;) {
    const [one, two] = [newest.row, older.row]
    if (!one && !two) return { entries, prefixes }
    if (entries.length + prefixes.length === most) return { entries, prefixes, next: last }
    // A key's newest version goes first; older ones follow it before the next key.
    const latest = one !== undefined && (!two || !isBefore(two.key, one.key))
    const version = (latest ? one : two) as Version
    const common = commonPrefix(version.key, wanted)
    if (common !== undefined) {
      prefixes.push((last = common))
      const behind = textBehind(common)
      for (const reader of [newest, older])
        reader.skipTo(behind === undefined ? undefined : [behind])
      continue
    }
    entries.push((last = { version, latest }))
    ;(latest ? newest : older).next()
  }
}

/** Both readers behind the markers; undefined where nothing can follow. */
function open(
  tx: ReadTx,
  { id: bucket }: Bucket,
  { input, wanted }: { input: Input; wanted: Wanted },
) {
  const { KeyMarker: key = "", VersionIdMarker: versionId } = input
  const { prefix } = wanted
  const start = key === "" ? prefix : startAfter(key, wanted)
  if (start === undefined) return undefined
  const { most } = wanted
  const grouped = wanted.delimiter !== undefined
  const reader = (from: Reach["from"]) => ({ bucket, prefix, from, most, grouped })
  const behind = (place: string, serial?: number) => ({
    newest: new KeyReader(tx, objects, reader([place])),
    // Older versions have smaller serials, and keys of the table count down.
    older: new KeyReader(tx, versions, reader(serial ? [key, 1 - serial] : [place])),
  })
  if (versionId === undefined || key === "" || commonPrefix(key, wanted) !== undefined)
    return behind(start)
  assertVersionId(versionId)
  const marked = versionWithId(tx, { bucket, key, versionId })
  // Who empties a bucket page by page has deleted the marker: nothing that is left may be missed.
  return marked ? behind(start, marked.serial) : behind(key)
}
