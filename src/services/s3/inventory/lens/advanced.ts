import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { LifecycleRule, ReplicationRule } from "../../../../models/types/s3.ts"
import type { Bucket } from "../../buckets/bucket.ts"
import { destinationBucket } from "../../replication/destination.ts"
import { ADVANCED_METRICS, OBJECT_SIZES, type AdvancedGroup, type Metrics } from "./metrics.ts"
import { trafficOf } from "./traffic.ts"

/** All advanced metrics of a bucket on a day, none left out: what did not happen is zero. */
export function advancedLensOf(
  tx: ReadTx,
  bucket: Bucket,
  { groups, dayMs }: { readonly groups: readonly AdvancedGroup[]; readonly dayMs: number },
): Metrics {
  const all: Metrics = {
    ...trafficOf(tx, bucket, dayMs),
    ...lifecycleOf(bucket),
    ...replicationOf(tx, bucket),
  }
  const wanted = groups
    .flatMap((group): readonly string[] => ADVANCED_METRICS[group])
    .filter((name) => !OBJECT_SIZES.includes(name))
  return Object.fromEntries(wanted.map((name) => [name, all[name] ?? 0]))
}

/** Rules that are disabled count, too (not verified). */
function lifecycleOf({ config: { lifecycle } }: Bucket): Metrics {
  const rules = lifecycle?.rules ?? []
  const count = (has: (rule: LifecycleRule) => unknown): number =>
    rules.filter((rule) => Boolean(has(rule))).length
  return {
    TransitionLifecycleRuleCount: count(({ Transitions }) => Transitions?.length),
    ExpirationLifecycleRuleCount: count(
      ({ Expiration: to }) => to && (to.Days !== undefined || to.Date !== undefined),
    ),
    NoncurrentVersionTransitionLifecycleRuleCount: count(
      ({ NoncurrentVersionTransitions: to }) => to?.length,
    ),
    NoncurrentVersionExpirationLifecycleRuleCount: count(
      ({ NoncurrentVersionExpiration }) => NoncurrentVersionExpiration,
    ),
    AbortIncompleteMPULifecycleRuleCount: count(
      ({ AbortIncompleteMultipartUpload }) => AbortIncompleteMultipartUpload,
    ),
    ExpiredObjectDeleteMarkerLifecycleRuleCount: count(
      ({ Expiration }) => Expiration?.ExpiredObjectDeleteMarker,
    ),
    TotalLifecycleRuleCount: rules.length,
  }
}

/** By where the destination is as it is now; one that is not there is not valid. */
function replicationOf(tx: ReadTx, bucket: Bucket): Metrics {
  const to = (bucket.config.replication?.rules ?? []).map(({ Destination }: ReplicationRule) =>
    Destination ? destinationBucket(tx, bucket.partition, Destination) : undefined,
  )
  const there = to.filter((one) => one !== undefined)
  const count = (is: (one: Bucket) => boolean): number => there.filter(is).length
  return {
    SameRegionReplicationRuleCount: count(({ region }) => region === bucket.region),
    CrossRegionReplicationRuleCount: count(({ region }) => region !== bucket.region),
    SameAccountReplicationRuleCount: count(({ account }) => account === bucket.account),
    CrossAccountReplicationRuleCount: count(({ account }) => account !== bucket.account),
    InvalidDestinationReplicationRuleCount: to.length - there.length,
  }
}
