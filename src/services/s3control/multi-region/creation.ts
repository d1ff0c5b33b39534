import { REGIONS } from "../../../kernel/regions.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { bucketNamed, multiRegionPoints, settingsOf, type MultiRegionRoute } from "../../s3/port.ts"
import type { In } from "../define.ts"
import { failed, type Begun } from "./outcome.ts"
import { newAlias } from "./point.ts"
import type { AsyncRequest } from "./request.ts"

type Details = In<"CreateMultiRegionAccessPoint">["Details"]

/**
 * Makes the row, in the Regions of its buckets. What the buckets are is found out here: who asked
 * learns of it by its token ("List of Amazon S3 asynchronous error codes").
 */
export function beginCreation(
  tx: WriteTx,
  { account, partition, token }: AsyncRequest,
  details: Details,
): Begun {
  const { Name: name, Regions, PublicAccessBlock = {} } = details
  if (tx.get(multiRegionPoints, [account, name]))
    return failed("MultiRegionAccessPointAlreadyOwnedByYou", name)
  const regions: MultiRegionRoute[] = []
  for (const { Bucket: bucketName, BucketAccountId: bucketAccount = account } of Regions) {
    const bucket = bucketNamed(tx, partition, bucketName)
    // Directory buckets have no access points of this kind.
    if (!bucket || bucket.zone !== undefined) return failed("NoSuchBucket", bucketName)
    const { region } = bucket
    if (bucket.account !== bucketAccount) return failed("AccessDenied", bucketName)
    if (!isSupported(region)) return failed("MultiRegionAccessPointUnsupportedRegion", bucketName)
    if (regions.some((one) => one.region === region))
      return failed("MultiRegionAccessPointSameBucketRegion", bucketName)
    regions.push({ region, bucket: bucketName, bucketAccount, dial: 100, isActive: true })
  }
  tx.insert(multiRegionPoints, {
    ...{ partition, account, name, regions, alias: newAlias(tx), createdMs: tx.now },
    ...{ status: "CREATING", publicAccessBlock: settingsOf(PublicAccessBlock), request: token },
  })
  return { regions: regions.map(({ region }) => region) }
}

export function endCreation(tx: WriteTx, { account }: AsyncRequest, { Name }: Details): void {
  const point = tx.get(multiRegionPoints, [account, Name])
  if (point) tx.replace(multiRegionPoints, point, { ...point, status: "READY", request: undefined })
}

/** "Region support": all that are enabled by default, and these that have to be enabled. */
const OPT_IN: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["af-south-1", "ap-east-1", "ap-southeast-3", "ap-southeast-4", "ap-south-2", "ca-west-1"],
    ...["eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-south-1", "me-central-1"],
  ]),
)

function isSupported(code: string): boolean {
  const region = REGIONS.get(code)
  return region?.partition.id === "aws" && (!region.optIn || OPT_IN.has(code))
}
