import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { bucketAccess } from "../access/access.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { findBucket, type OnBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import { invalidArgument, refuseEncryption } from "../errors.ts"
import type { ListedVersion } from "../objects/stored-version.ts"
import { listedObjects } from "../objects/version.ts"
import { meterRequest } from "../requests.ts"
import { entryOf, ownersIn, telling, type Telling } from "./entry.ts"
import { maxKeys, type ListInput } from "./input.ts"
import { KeyReader } from "./key-reader.ts"
import { listContext } from "./context.ts"
import { fillPage, startAfter, type Listed } from "./walk.ts"

export const ListObjects = op.write("ListObjects", {
  authorize: bucketAccess<OnBucket & ListInput>("ListBucket", listContext),
  anonymous: true,
  run(tx, input, call): Out<"ListObjects"> {
    const { Marker = "", Delimiter } = input
    // A marker cannot say a place within a common prefix.
    const patient = Delimiter !== undefined
    const { bucket, told, most, listed } = list(tx, {
      input,
      after: { key: Marker },
      call,
      patient,
    })
    const truncated = listed.next !== undefined
    const ownerIn = ownersIn(bucket)
    const places = {
      Marker: told.encode(Marker),
      // Documented: only a list by delimiter says where the next one begins.
      ...(truncated &&
        (Delimiter !== undefined || listed.rows.length === 0) && {
          NextMarker: told.encode(listed.next),
        }),
    }
    const Contents = listed.rows.map((version) => entryOf(version, told, ownerIn(version)))
    return answered({ bucket, told, most, listed }, { input, places, Contents })
  },
})

export const ListObjectsV2 = op.write("ListObjectsV2", {
  authorize: bucketAccess<OnBucket & ListInput>("ListBucket", listContext),
  anonymous: true,
  run(tx, input, call): Out<"ListObjectsV2"> {
    const { ContinuationToken, StartAfter, FetchOwner } = input
    const after =
      ContinuationToken === undefined ? { key: StartAfter ?? "" } : placeOfToken(ContinuationToken)
    const { bucket, told, most, listed } = list(tx, { input, after, call })
    const ownerIn = FetchOwner ? ownersIn(bucket) : undefined
    const places = {
      ...(ContinuationToken !== undefined
        ? { ContinuationToken }
        : StartAfter !== undefined && StartAfter !== "" && { StartAfter: told.encode(StartAfter) }),
      ...(listed.next !== undefined && {
        NextContinuationToken: tokenOfPlace({ key: listed.next, exact: listed.exact }),
      }),
      KeyCount: listed.rows.length + listed.prefixes.length,
    }
    const Contents = listed.rows.map((version) => entryOf(version, told, ownerIn?.(version)))
    return answered({ bucket, told, most, listed }, { input, places, Contents })
  },
})

interface Page {
  readonly bucket: Bucket
  readonly told: Telling
  readonly most: number
  readonly listed: Listed<ListedVersion>
}

/** Where a page begins: behind a key or the common prefix it is in, or exactly there. */
interface Place {
  readonly key: string
  readonly exact?: true | undefined
}

interface Asked {
  readonly input: OnBucket & ListInput & { readonly ServerSideEncryption?: string | undefined }
  readonly after: Place
  readonly call: Call
  readonly patient?: boolean
}

/** The page of a bucket's objects behind a place. */
function list(tx: WriteTx, { input, after, call, patient = false }: Asked): Page {
  const bucket = findBucket(tx, input, call)
  refuseEncryption(input)
  const told = telling(input)
  const most = maxKeys(input.MaxKeys)
  meterRequest(tx, bucket, 1)
  return { bucket, told, most, listed: page(tx, bucket, { input, after, most, patient }) }
}

function page(
  tx: ReadTx,
  bucket: Bucket,
  {
    input,
    after,
    most,
    patient,
  }: Pick<Required<Asked>, "input" | "after" | "patient"> & { most: number },
): Listed<ListedVersion> {
  const { Prefix: prefix = "", Delimiter: delimiter } = input
  const from = startOf(after, { prefix, delimiter })
  // A list of nothing is never truncated (recorded).
  if (most === 0 || from === undefined) return { rows: [], prefixes: [], next: undefined }
  const reach = { bucket: bucket.id, prefix, from: [from] as const, most }
  const reader = new KeyReader(tx, listedObjects, { ...reach, grouped: delimiter !== undefined })
  return fillPage(reader, { prefix, delimiter, most, patient }, isObject)
}

function startOf(
  { key, exact }: Place,
  wanted: Parameters<typeof startAfter>[1],
): string | undefined {
  if (exact) return key
  return key === "" ? wanted.prefix : startAfter(key, wanted)
}

const isObject = (version: ListedVersion): boolean => !version.marker

/**
 * What both forms answer, in the order in which it is written: else it would be written a second
 * time, entries and all.
 */
function answered<Places extends object, Entry>(
  { bucket, told, most, listed }: Page,
  {
    input: { Prefix = "", Delimiter, EncodingType },
    places,
    Contents,
  }: { readonly input: ListInput; readonly places: Places; readonly Contents: Entry[] },
) {
  const { encode } = told
  const { prefixes, next } = listed
  return {
    Name: bucket.name,
    BucketRegion: bucket.region,
    Prefix: encode(Prefix),
    ...places,
    MaxKeys: most,
    ...(Delimiter !== undefined && Delimiter !== "" && { Delimiter: encode(Delimiter) }),
    ...(EncodingType !== undefined && { EncodingType }),
    IsTruncated: next !== undefined,
    Contents,
    ...(prefixes.length > 0 && {
      CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    }),
  }
}

/** Opaque to callers. */
export const tokenOfPlace = ({ key, exact }: Place): string =>
  `${exact ? 2 : 1}${Buffer.from(key).toString("base64")}`

/** Recorded. */
export function placeOfToken(token: string): Place {
  const key = Buffer.from(token.slice(1), "base64").toString()
  const place: Place = { key, ...(token.startsWith("2") && { exact: true }) }
  if (token === "" || tokenOfPlace(place) !== token)
    throw invalidArgument("The continuation token provided is incorrect", "continuation-token")
  return place
}
