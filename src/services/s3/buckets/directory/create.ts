import { dnsSuffix } from "../../../../kernel/places.ts"
import { quota, type Quota } from "../../../../kernel/quotas.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { Call } from "../../../../registry/call.ts"
import { meterDaily } from "../../billing/meter-storage.ts"
import { bucketArn, bucketOfAnyKind, buckets, directoryArn, type Bucket } from "../bucket.ts"
import { ALL_BLOCKED } from "../new-config.ts"
import { op, type In, type Out } from "../../define.ts"
import {
  bucketAlreadyExists,
  bucketAlreadyOwnedByYou,
  bucketHasAccessPoints,
  bucketNotEmpty,
  invalidArgument,
  invalidBucketName,
  malformedXml,
  tooManyBuckets,
} from "../../errors.ts"
import { uploads } from "../../multipart/upload.ts"
import { objects } from "../../objects/version.ts"
import { bucketTagsOf } from "../../settings/tagging.ts"
import { dropConfigurations } from "../delete.ts"
import { creationAccess, findDirectory, regionalAccess } from "./access.ts"
import { isZoneOf, zoneOfName } from "./names.ts"
import { directoryPoints } from "./points/point.ts"
import { refuseMembers } from "./refuse.ts"

/** "Amazon Simple Storage Service endpoints and quotas": directory buckets of an account. */
export const directoryQuota: Quota = {
  service: "s3",
  code: "L-775A314D",
  name: "Directory buckets",
  value: 100,
  most: 1_000_000,
  scope: "account",
  unit: "None",
}

export const CreateDirectoryBucket = op.write("CreateBucket", {
  authorize: (_tx, { Bucket: name, CreateBucketConfiguration: tags = {} }, call) => {
    const { partition, region, account } = call
    const arn = directoryArn({ partition, region, account, name })
    return creationAccess({ arn, zone: zoneOfName(name) ?? "", tags }, call)
  },
  run(tx, input, call): Out<"CreateBucket"> {
    const { Bucket: name } = input
    const { account, partition, region } = call
    refuseMembers(input)
    const zone = zoneOf(input, call)
    const there = bucketOfAnyKind(tx, partition, name)
    if (there?.account === account) throw bucketAlreadyOwnedByYou(name)
    if (there) throw bucketAlreadyExists(name)
    assertQuota(tx, call)
    const tags = bucketTagsOf(input.CreateBucketConfiguration?.Tags ?? [])
    const bucket: Bucket = {
      ...{ partition, name, id: tx.serial(), account, region, zone, createdMs: tx.now },
      // "… all Block Public Access settings are enabled … ACLs disabled": none can be modified.
      config: {
        ...(Object.keys(tags).length > 0 && { tags }),
        ...{ ownership: "BucketOwnerEnforced", publicAccessBlock: ALL_BLOCKED },
        encryption: { algorithm: "AES256", bucketKey: false, customerKeysBlocked: true },
      },
    }
    tx.insert(buckets, bucket)
    meterDaily(tx, bucket)
    const host = `${name}.s3express-${zone}.${region}.${dnsSuffix(region)}`
    return { Location: `https://${host}/`, BucketArn: bucketArn(bucket) }
  },
})

/** Where a new bucket is to lie: its name and the request must say the same. */
function zoneOf(input: In<"CreateBucket">, { region }: Call): string {
  const { Bucket: name, CreateBucketConfiguration: configuration } = input
  const zone = zoneOfName(name)
  if (zone === undefined) throw invalidBucketName(name)
  const { Location, Bucket: bucket, LocationConstraint } = configuration ?? {}
  // As users quote it of a request with a constraint, and of one without a location.
  if (LocationConstraint !== undefined || !Location || !bucket) throw malformedXml()
  if (Location.Type !== "AvailabilityZone" || bucket.Type !== "Directory") throw malformedXml()
  if ((bucket.DataRedundancy ?? ONE_ZONE) !== ONE_ZONE) throw malformedXml()
  // Both not verified.
  if (Location.Name !== zone) throw invalidBucketName(name)
  if (!isZoneOf(zone, region))
    throw invalidArgument("The specified Availability Zone is not valid.", "Location", zone)
  return zone
}

const ONE_ZONE = "SingleAvailabilityZone"

function assertQuota(tx: ReadTx, { account }: Call): void {
  const most = quota(tx, directoryQuota, { account })
  const page = { index: "directories", prefix: [account], limit: most + 1 }
  if (tx.scan(buckets, page).rows.length >= most) throw tooManyBuckets()
}

/** "If multipart uploads in a directory bucket are in progress, you can't delete the bucket …" */
export const DeleteDirectoryBucket = op.write("DeleteBucket", {
  authorize: regionalAccess("DeleteBucket"),
  run(tx, input, call): Out<"DeleteBucket"> {
    const bucket = findDirectory(tx, input, call)
    const prefix = [bucket.id]
    if (tx.first(objects, { prefix }) || tx.first(uploads, { prefix }))
      throw bucketNotEmpty(bucket.name, false)
    if (tx.first(directoryPoints, { index: "byBucket", prefix })) throw bucketHasAccessPoints()
    dropConfigurations(tx, bucket)
    tx.remove(buckets, bucket)
    return {}
  },
})
