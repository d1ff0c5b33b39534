import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { Bucket } from "../bucket.ts"
import { op, type In, type Out } from "../../define.ts"
import { entryOf, telling } from "../../listing/entry.ts"
import { maxKeys } from "../../listing/input.ts"
import { KeyReader, type Reach } from "../../listing/key-reader.ts"
import { placeOfToken, tokenOfPlace } from "../../listing/objects.ts"
import { commonPrefix, isBefore } from "../../listing/text.ts"
import { fillPage, startAfter, type Listed } from "../../listing/walk.ts"
import { uploads, type Upload } from "../../multipart/upload.ts"
import { ownerOf } from "../../owner.ts"
import { objects, type Version } from "../../objects/version.ts"
import { meterRequest } from "../../requests.ts"
import { assertUp, findDirectory, zonalAccess } from "./access.ts"
import { otherDelimiter, prefixWithoutDelimiter } from "./errors.ts"
import { refuseMembers } from "./refuse.ts"

const DELIMITER = "/"

interface SaysPrefix {
  readonly Prefix?: string | undefined
  readonly Delimiter?: string | undefined
}

/** "… only prefixes that end in a delimiter (/) are supported", "/ is the only supported delimiter". */
export function assertDirectoryPrefix({ Prefix = "", Delimiter = DELIMITER }: SaysPrefix): void {
  if (Delimiter !== DELIMITER && Delimiter !== "") throw otherDelimiter()
  if (Prefix !== "" && !Prefix.endsWith(DELIMITER)) throw prefixWithoutDelimiter()
}

export const ListDirectoryObjects = op.write("ListObjectsV2", {
  authorize: zonalAccess("ReadOnly"),
  run(tx, input, call): Out<"ListObjectsV2"> {
    const bucket = findDirectory(tx, input, call)
    assertUp(tx, bucket)
    refuseMembers(input)
    assertDirectoryPrefix(input)
    const told = telling(input)
    const most = maxKeys(input.MaxKeys)
    meterRequest(tx, bucket, 1)
    // All of them are the bucket owner's.
    const owner = ownerOf(bucket.account)
    const { rows, prefixes, next, exact } = page(tx, bucket, { input, most })
    const { Prefix = "", Delimiter, EncodingType, ContinuationToken, FetchOwner } = input
    return {
      Name: bucket.name,
      Prefix: told.encode(Prefix),
      MaxKeys: most,
      IsTruncated: next !== undefined,
      KeyCount: rows.length + prefixes.length,
      Contents: unordered(rows as readonly Version[]).map((version) =>
        entryOf(version, told, FetchOwner ? owner : undefined),
      ),
      ...(prefixes.length > 0 && {
        CommonPrefixes: prefixes.map((prefix) => ({ Prefix: told.encode(prefix) })),
      }),
      ...(Delimiter !== undefined && Delimiter !== "" && { Delimiter: told.encode(Delimiter) }),
      ...(EncodingType !== undefined && { EncodingType }),
      ...(ContinuationToken !== undefined && { ContinuationToken }),
      ...(next !== undefined && { NextContinuationToken: tokenOfPlace({ key: next, exact }) }),
    }
  },
})

/** "ListObjectsV2 does not return objects in lexicographical order": within a page, by their tags. */
const unordered = (rows: readonly Version[]): readonly Version[] =>
  rows.toSorted((one, other) => (one.etag < other.etag ? -1 : 1))

function page(
  tx: ReadTx,
  { id: bucket }: Bucket,
  { input, most }: { readonly input: In<"ListObjectsV2">; readonly most: number },
): Listed<Version | Upload> {
  const { Prefix: prefix = "", Delimiter: delimiter, ContinuationToken: token } = input
  const place = token === undefined ? undefined : placeOfToken(token)
  const behind = place && !place.exact ? startAfter(place.key, { prefix, delimiter }) : prefix
  const from = place?.exact ? place.key : behind
  if (most === 0 || from === undefined) return { rows: [], prefixes: [], next: undefined }
  const wanted = { prefix, delimiter, most }
  const reach = { bucket, prefix, from: [from] as const, grouped: delimiter !== undefined }
  // Uploads are told by the prefixes that they are in, where these are asked for.
  if (!delimiter) return fillPage(new KeyReader(tx, objects, { ...reach, most }), wanted, isObject)
  const isTold = (row: Version | Upload): boolean =>
    !("initiator" in row) || commonPrefix(row.key, wanted) !== undefined
  return fillPage(new BothReader(tx, reach), wanted, isTold)
}

const isObject = (version: Version): boolean => !version.marker

/** Objects and uploads in progress, in one order of their keys. */
class BothReader {
  readonly #objects: KeyReader<Version>
  readonly #uploads: KeyReader<Upload>

  constructor(tx: ReadTx, reach: Reach) {
    this.#objects = new KeyReader(tx, objects, reach)
    this.#uploads = new KeyReader(tx, uploads, reach)
  }

  get row(): Version | Upload | undefined {
    return this.#first.row
  }

  get looked(): number {
    return this.#objects.looked + this.#uploads.looked
  }

  next(): void {
    this.#first.next()
  }

  skipTo(...start: Parameters<KeyReader<Version>["skipTo"]>): void {
    this.#objects.skipTo(...start)
    this.#uploads.skipTo(...start)
  }

  get #first(): KeyReader<Version> | KeyReader<Upload> {
    const [object, upload] = [this.#objects.row, this.#uploads.row]
    if (!upload) return this.#objects
    return !object || isBefore(upload.key, object.key) ? this.#uploads : this.#objects
  }
}
