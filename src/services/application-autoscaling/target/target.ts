import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { arn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { resource, tagMaps } from "../../../registry/resource.ts"
import { targetMissing } from "../errors.ts"

/** What a target is known by; all three parts of a request say it. */
export interface TargetKey {
  readonly account: string
  readonly region: string
  readonly namespace: string
  readonly resourceId: string
  readonly dimension: string
}

/** AWS's `SuspendedState`. */
export interface Suspended {
  readonly in: boolean
  readonly out: boolean
  readonly scheduled: boolean
}

export interface ScalableTarget extends TargetKey {
  /** In its ARN. */
  readonly id: string
  readonly least: number
  readonly most: number
  readonly roleArn: string
  readonly suspended: Suspended
  readonly createdMs: number
  readonly tags: Readonly<Record<string, string>>
}

/** Keys of what belongs to a target begin with these. */
export const keyOf = ({ account, region, namespace, resourceId, dimension }: TargetKey) =>
  [account, region, namespace, resourceId, dimension] as const

export const scalableTargets = table<ScalableTarget>("application-autoscaling/target", {
  key: keyOf,
  indexes: { byId: ({ account, region, id }) => [account, region, id] },
  cached: true,
})

export const targetArn = ({
  account,
  region,
  id,
}: Pick<ScalableTarget, "account" | "region" | "id">): string =>
  arn("application-autoscaling", region, account, `scalable-target/${id}`)

export const targetResource = resource<ScalableTarget>(
  "AWS::ApplicationAutoScaling::ScalableTarget",
  {
    table: scalableTargets,
    scope: "regional",
    title: "Scalable target",
    arn: targetArn,
    tagsOf: (row) => row.tags,
    list: (tx, { account, region, after, limit }) =>
      tx.scan(scalableTargets, { prefix: [account, region], after, limit }),
    find: (tx, { account, region, resource: named }) =>
      tx.first(scalableTargets, {
        index: "byId",
        prefix: [account, region, named.replace("scalable-target/", "")],
      }),
    tags: tagMaps(["TagResource", "UntagResource"], (row) => ({ ResourceARN: targetArn(row) })),
    console: { columns: ["resourceId", "dimension", "least", "most"] },
  },
)

/** As requests name a target. */
export interface Named {
  readonly ServiceNamespace: string
  readonly ResourceId: string
  readonly ScalableDimension: string
}

export const keyAsked = (
  { ServiceNamespace, ResourceId, ScalableDimension }: Named,
  { account, region }: Pick<Call, "account" | "region">,
): TargetKey => ({
  ...{ account, region, namespace: ServiceNamespace },
  ...{ resourceId: ResourceId, dimension: ScalableDimension },
})

export const lookUp = (tx: ReadTx, key: TargetKey): ScalableTarget | undefined =>
  tx.get(scalableTargets, keyOf(key))

/** Throws ObjectNotFoundException. */
export function findTarget(tx: ReadTx, key: TargetKey): ScalableTarget {
  const found = lookUp(tx, key)
  if (!found) throw targetMissing(key)
  return found
}
