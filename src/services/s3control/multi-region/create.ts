import type { ReadTx } from "../../../kernel/transaction.ts"
import { isRegionOpen } from "../../account/port.ts"
import {
  ALL_BLOCKED,
  bucketNamed,
  MOST_MULTI_REGION_POINTS,
  multiRegionPoints,
  settingsOf,
} from "../../s3/port.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidRequest, malformedXml } from "../errors.ts"
import { invalidRegion, tooManyPoints, tooManyRegions } from "./errors.ts"
import { accessTo, assertHome } from "./point.ts"
import { askedBefore, pointsInMaking, requestArn } from "./request.ts"
import { takeOn } from "./work.ts"

/** "There is a limit of 17 Regions for a single Multi-Region Access Point." */
const MOST_REGIONS = 17

type Details = In<"CreateMultiRegionAccessPoint">["Details"]

export const CreateMultiRegionAccessPoint = op.write("CreateMultiRegionAccessPoint", {
  /** "In addition, you must grant the s3:ListAllMyBuckets permission to the … entity". */
  authorize(_tx, { AccountId: account }, call) {
    assertHome(call)
    const listing = { action: "s3:ListAllMyBuckets", resource: "*", owner: account, context: {} }
    return [accessTo({ account, alias: "*" }, call), listing]
  },
  run(tx, input, call): Out<"CreateMultiRegionAccessPoint"> {
    const { AccountId: account, ClientToken: clientToken } = input
    const details = detailsOf(input.Details)
    const asked = { operation: "CreateMultiRegionAccessPoint", details } as const
    const before = askedBefore(tx, { account, clientToken, asked })
    if (before) return { RequestTokenARN: requestArn(before) }
    assertQuotas(tx, account, details)
    for (const { Bucket } of details.Regions) {
      const { region } = bucketNamed(tx, call.partition, Bucket) ?? {}
      if (region !== undefined && !isRegionOpen(tx, account, region)) throw invalidRegion()
    }
    return { RequestTokenARN: takeOn(tx, { account, clientToken, asked }, call) }
  },
})

/** What is asked for, with the settings that nobody gave. Throws MalformedXML and InvalidRequest. */
function detailsOf(given: Partial<Details> | undefined): Details & { PublicAccessBlock: object } {
  const { Name, Regions = [], PublicAccessBlock: block } = given ?? {}
  if (Name === undefined || Regions.length === 0) throw malformedXml()
  if (Regions.some(({ Bucket }: { readonly Bucket?: string }) => !Bucket)) throw malformedXml()
  if (!/^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$/.test(Name))
    throw invalidRequest("The name of the Multi-Region Access Point is not valid.")
  // "By default, all Block Public Access settings are enabled" (recorded).
  return { Name, PublicAccessBlock: block ? settingsOf(block) : ALL_BLOCKED, Regions }
}

function assertQuotas(tx: ReadTx, account: string, { Regions }: Details): void {
  if (Regions.length > MOST_REGIONS) throw tooManyRegions()
  const limit = MOST_MULTI_REGION_POINTS
  const made = tx.count(multiRegionPoints, { prefix: [account], limit })
  if (made + pointsInMaking(tx, account, limit) >= limit) throw tooManyPoints()
}
