import type { ScalingPolicy as Description } from "../../../models/types/application-autoscaling.ts"
import { onAnything } from "../access.ts"
import { op, type Out } from "../define.ts"
import { assertFilter } from "../filter.ts"
import { PAGE, POLICIES, TARGETS } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { describeAlarms, policies, policyArn, type ScalingPolicy } from "./policy.ts"

export const DescribeScalingPolicies = op.read("DescribeScalingPolicies", {
  authorize: onAnything,
  run(tx, input, { account, region }): Out<"DescribeScalingPolicies"> {
    const { ServiceNamespace, ResourceId: id, ScalableDimension: dimension } = input
    assertFilter(dimension, id !== undefined)
    const prefix = [account, region, ServiceNamespace, ...(id === undefined ? [] : [id])]
    const all = tx
      .scan(policies, { prefix, limit: TARGETS * POLICIES })
      .rows.filter(
        (one) =>
          (dimension === undefined || one.dimension === dimension) &&
          (input.PolicyNames?.includes(one.name) ?? true),
      )
    const { items, more } = pageOf(all, input, PAGE)
    return { ScalingPolicies: items.map(describe), ...more }
  },
})

const describe = (policy: ScalingPolicy): Description => ({
  PolicyARN: policyArn(policy),
  PolicyName: policy.name,
  ServiceNamespace: policy.namespace,
  ResourceId: policy.resourceId,
  ScalableDimension: policy.dimension,
  PolicyType: policy.type,
  TargetTrackingScalingPolicyConfiguration: policy.tracking,
  Alarms: describeAlarms(policy),
  CreationTime: policy.createdMs,
})
