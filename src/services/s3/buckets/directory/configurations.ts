import type { LifecycleRule } from "../../../../models/types/s3.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import {
  DeleteBucketPolicy,
  GetBucketPolicy,
  PutBucketPolicy,
} from "../../access/policy/operations.ts"
import { headerNotImplemented, invalidRequest } from "../../errors.ts"
import {
  DeleteBucketLifecycle,
  GetBucketLifecycleConfiguration,
  PutBucketLifecycleConfiguration,
} from "../../lifecycle/operations.ts"
import {
  DeleteBucketMetricsConfiguration,
  GetBucketMetricsConfiguration,
  ListBucketMetricsConfigurations,
  PutBucketMetricsConfiguration,
} from "../../settings/metrics.ts"
import { ofDirectory, regional } from "./regional.ts"

export const PutDirectoryPolicy = regional(PutBucketPolicy, "PutBucketPolicy", {
  prepare(tx, input, call) {
    const { ConfirmRemoveSelfBucketAccess: confirmed } = input
    if (confirmed) throw headerNotImplemented("x-amz-confirm-remove-self-bucket-access")
    const { Policy = "" } = input as { readonly Policy?: string }
    assertExpressActions(Policy)
    return ofDirectory(tx, input, call)
  },
})
export const GetDirectoryPolicy = regional(GetBucketPolicy, "GetBucketPolicy")
export const DeleteDirectoryPolicy = regional(DeleteBucketPolicy, "DeleteBucketPolicy")

/** "… the only IAM action supported in the bucket policy is s3express:CreateSession." */
export function assertExpressActions(text: string): void {
  // What is no JSON the rest of the checks refuses.
  if (/"(?:Not)?Action"\s*:\s*\[?[^\]}]*"s3:/i.test(text))
    throw new AwsError("MalformedPolicy", "Policy has invalid action", { status: 400 })
}

/** "Lifecyle configurations for directory buckets only support expiring objects and cancelling multipart uploads." */
export const PutDirectoryLifecycle = regional(
  PutBucketLifecycleConfiguration,
  "PutLifecycleConfiguration",
  {
    prepare(tx, input, call) {
      if (input.TransitionDefaultMinimumObjectSize !== undefined)
        throw headerNotImplemented("x-amz-transition-default-minimum-object-size")
      for (const rule of input.LifecycleConfiguration?.Rules ?? []) assertRule(rule)
      return ofDirectory(tx, input, call)
    },
    tell: () => ({}),
  },
)
export const GetDirectoryLifecycle = regional(
  GetBucketLifecycleConfiguration,
  "GetLifecycleConfiguration",
  { tell: ({ Rules }) => ({ Rules }) },
)
export const DeleteDirectoryLifecycle = regional(DeleteBucketLifecycle, "PutLifecycleConfiguration")

/** What "is not supported for directory bucket lifecycle configurations" (the words are not verified). */
function assertRule(rule: LifecycleRule): void {
  const { Expiration, Filter } = rule
  const named: readonly (readonly [string, unknown])[] = [
    ["Transition", rule.Transitions?.length],
    ["NoncurrentVersionTransition", rule.NoncurrentVersionTransitions?.length],
    ["NoncurrentVersionExpiration", rule.NoncurrentVersionExpiration],
    ["Date", Expiration?.Date],
    ["ExpiredObjectDeleteMarker", Expiration?.ExpiredObjectDeleteMarker],
    ["Tag", Filter?.Tag ?? Filter?.And?.Tags?.length],
  ]
  const found = named.find(([, value]) => value !== undefined && value !== 0)
  if (found) throw invalidRequest(`This bucket does not support ${found[0]} in lifecycle rules.`)
}

export const PutDirectoryMetrics = regional(
  PutBucketMetricsConfiguration,
  "PutMetricsConfiguration",
  {
    prepare(tx, input, call) {
      const { Filter } = input.MetricsConfiguration ?? {}
      if (Filter?.Tag ?? Filter?.And?.Tags?.length)
        throw invalidRequest("This bucket does not support Tag in metrics filters.")
      return ofDirectory(tx, input, call)
    },
  },
)
export const GetDirectoryMetrics = regional(
  GetBucketMetricsConfiguration,
  "GetMetricsConfiguration",
)
export const DeleteDirectoryMetrics = regional(
  DeleteBucketMetricsConfiguration,
  "PutMetricsConfiguration",
)
export const ListDirectoryMetrics = regional(
  ListBucketMetricsConfigurations,
  "GetMetricsConfiguration",
)
