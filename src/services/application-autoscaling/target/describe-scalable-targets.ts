import type { ScalableTarget as Description } from "../../../models/types/application-autoscaling.ts"
import { onAnything } from "../access.ts"
import { op, type Out } from "../define.ts"
import { PAGE, TARGETS } from "../limits.ts"
import { assertFilter } from "../filter.ts"
import { pageOf } from "../paging.ts"
import { scalableTargets, targetArn, type ScalableTarget } from "./target.ts"

export const DescribeScalableTargets = op.read("DescribeScalableTargets", {
  authorize: onAnything,
  run(tx, input, { account, region }): Out<"DescribeScalableTargets"> {
    const { ServiceNamespace, ResourceIds: ids = [], ScalableDimension: dimension } = input
    assertFilter(dimension, ids.length > 0)
    const prefix = [account, region, ServiceNamespace]
    const all = tx
      .scan(scalableTargets, { prefix, limit: TARGETS })
      .rows.filter(
        (one) =>
          (ids.length === 0 || ids.includes(one.resourceId)) &&
          (dimension === undefined || one.dimension === dimension),
      )
    const { items, more } = pageOf(all, input, PAGE)
    return { ScalableTargets: items.map(describe), ...more }
  },
})

const describe = (target: ScalableTarget): Description => ({
  ServiceNamespace: target.namespace,
  ResourceId: target.resourceId,
  ScalableDimension: target.dimension,
  MinCapacity: target.least,
  MaxCapacity: target.most,
  RoleARN: target.roleArn,
  CreationTime: target.createdMs,
  // Recorded: told whole, whatever of it was asked.
  SuspendedState: {
    DynamicScalingInSuspended: target.suspended.in,
    DynamicScalingOutSuspended: target.suspended.out,
    ScheduledScalingSuspended: target.suspended.scheduled,
  },
  ScalableTargetARN: targetArn(target),
})
