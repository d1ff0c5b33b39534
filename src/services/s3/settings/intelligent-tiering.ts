import type { IntelligentTieringConfiguration } from "../../../models/types/s3.ts"
import { bucketAccess } from "../access/access.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import { invalidArgument, malformedXml } from "../errors.ts"
import { assertFilter } from "./filter.ts"
import { deleteNumbered, getNumbered, listNumbered, putNumbered } from "./numbered.ts"

const KIND = "intelligent-tiering"

export const PutBucketIntelligentTieringConfiguration = op.write(
  "PutBucketIntelligentTieringConfiguration",
  {
    authorize: bucketAccess("PutIntelligentTieringConfiguration"),
    run(tx, input, call): Out<"PutBucketIntelligentTieringConfiguration"> {
      const bucket = findBucket(tx, input, call)
      const value = input.IntelligentTieringConfiguration
      if (!value) throw malformedXml()
      assertFilter(value.Filter)
      assertTierings(value)
      putNumbered(tx, bucket, { kind: KIND, id: input.Id, value })
      return {}
    },
  },
)

export const GetBucketIntelligentTieringConfiguration = op.read(
  "GetBucketIntelligentTieringConfiguration",
  {
    authorize: bucketAccess("GetIntelligentTieringConfiguration"),
    run(tx, input, call): Out<"GetBucketIntelligentTieringConfiguration"> {
      const value = getNumbered(tx, findBucket(tx, input, call), KIND, input.Id)
      return { IntelligentTieringConfiguration: value as IntelligentTieringConfiguration }
    },
  },
)

export const DeleteBucketIntelligentTieringConfiguration = op.write(
  "DeleteBucketIntelligentTieringConfiguration",
  {
    authorize: bucketAccess("PutIntelligentTieringConfiguration"),
    run(tx, input, call): Out<"DeleteBucketIntelligentTieringConfiguration"> {
      deleteNumbered(tx, findBucket(tx, input, call), { kind: KIND, id: input.Id })
      return {}
    },
  },
)

export const ListBucketIntelligentTieringConfigurations = op.read(
  "ListBucketIntelligentTieringConfigurations",
  {
    authorize: bucketAccess("GetIntelligentTieringConfiguration"),
    run(tx, input, call): Out<"ListBucketIntelligentTieringConfigurations"> {
      const bucket = findBucket(tx, input, call)
      const { values, ...page } = listNumbered(tx, bucket, {
        kind: KIND,
        token: input.ContinuationToken,
      })
      return {
        ...page,
        IntelligentTieringConfigurationList: values as IntelligentTieringConfiguration[],
      }
    },
  },
)

/** "IntelligentTieringConfiguration": least days of each tier, each tier once. */
const LEAST_DAYS: Readonly<Record<string, number>> = {
  ARCHIVE_ACCESS: 90,
  DEEP_ARCHIVE_ACCESS: 180,
}
const MOST_DAYS = 730

function assertTierings({
  Status: status,
  Tierings: tierings,
}: IntelligentTieringConfiguration): void {
  if ((status !== "Enabled" && status !== "Disabled") || !tierings?.length) throw malformedXml()
  const tiers = new Set<string>()
  for (const { AccessTier: tier, Days: days } of tierings) {
    const least = Object.hasOwn(LEAST_DAYS, tier) ? LEAST_DAYS[tier] : undefined
    if (least === undefined || tiers.has(tier)) throw malformedXml()
    tiers.add(tier)
    if (days < least || days > MOST_DAYS)
      throw invalidArgument(
        `Days for ${tier} must be between ${least} and ${MOST_DAYS}`,
        "Days",
        String(days),
      )
  }
}
