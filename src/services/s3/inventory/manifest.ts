import { hash } from "node:crypto"
import type { InventoryConfiguration } from "../../../models/types/s3.ts"
import { bucketNameOf } from "../buckets/bucket-name.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { fieldsOf } from "./field.ts"
import { FORMATS, type FormatName } from "./format.ts"
import type { InventoryFile } from "./inventory.ts"

/** What a list is made of ("Locating your inventory list"). */
export interface Listing {
  readonly bucket: Bucket
  readonly value: InventoryConfiguration
  readonly startMs: number
}

export const destinationOf = ({ value }: Pick<Listing, "value">) =>
  value.Destination.S3BucketDestination

export const formatOf = (listing: Pick<Listing, "value">): (typeof FORMATS)[FormatName] =>
  FORMATS[destinationOf(listing).Format as FormatName]

/** `destination-prefix/source-bucket/config-ID` */
function rootOf({ bucket, value }: Listing): string {
  const { Prefix: prefix } = destinationOf({ value })
  return `${prefix === undefined || prefix === "" ? "" : `${prefix}/`}${bucket.name}/${value.Id}`
}

/** The name of a file follows from its list and number: written again it is the same object. */
export function fileKey(listing: Listing, number: number): string {
  const { bucket, value, startMs } = listing
  const text = hash("sha256", `s3/inventory/${bucket.id}/${value.Id}/${startMs}/${number}`)
  const uuid = text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, "$1-$2-$3-$4-$5")
  return `${rootOf(listing)}/data/${uuid}.${formatOf(listing).extension}`
}

/** The objects that tell of the files, in the order in which they are written. */
export function manifestObjects(
  listing: Listing,
  files: readonly InventoryFile[],
): readonly { readonly key: string; readonly text: string }[] {
  const { bucket, value, startMs } = listing
  const destination = destinationOf(listing)
  const minute = new Date(startMs).toISOString().slice(0, 16).replace(":", "-")
  const text = JSON.stringify({
    sourceBucket: bucket.name,
    destinationBucket: destination.Bucket,
    version: "2016-11-30",
    creationTimestamp: String(startMs),
    fileFormat: destination.Format,
    fileSchema: formatOf(listing).schema(fieldsOf(value)),
    files: files.map(({ key, sizeBytes, md5 }) => ({ key, size: sizeBytes, MD5checksum: md5 })),
  })
  const root = rootOf(listing)
  const name = bucketNameOf(destination.Bucket) ?? ""
  return [
    {
      key: `${root}/hive/dt=${minute.replace("T", "-")}/symlink.txt`,
      text: files.map(({ key }) => `s3://${name}/${key}\n`).join(""),
    },
    { key: `${root}/${minute}Z/manifest.json`, text },
    { key: `${root}/${minute}Z/manifest.checksum`, text: hash("md5", text) },
  ]
}
