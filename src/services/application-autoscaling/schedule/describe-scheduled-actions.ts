import type { ScheduledAction as Description } from "../../../models/types/application-autoscaling.ts"
import { onAnything } from "../access.ts"
import { op, type Out } from "../define.ts"
import { assertFilter } from "../filter.ts"
import { PAGE, SCHEDULED_ACTIONS, TARGETS } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { scheduledActionArn, scheduledActions, type ScheduledAction } from "./scheduled-action.ts"

export const DescribeScheduledActions = op.read("DescribeScheduledActions", {
  authorize: onAnything,
  run(tx, input, { account, region }): Out<"DescribeScheduledActions"> {
    const { ServiceNamespace, ResourceId: id, ScalableDimension: dimension } = input
    assertFilter(dimension, id !== undefined)
    const prefix = [account, region, ServiceNamespace, ...(id === undefined ? [] : [id])]
    const all = tx
      .scan(scheduledActions, { prefix, limit: TARGETS * SCHEDULED_ACTIONS })
      .rows.filter(
        (one) =>
          (dimension === undefined || one.dimension === dimension) &&
          (input.ScheduledActionNames?.includes(one.name) ?? true),
      )
    const { items, more } = pageOf(all, input, PAGE)
    return { ScheduledActions: items.map(describe), ...more }
  },
})

const describe = (action: ScheduledAction): Description => ({
  ScheduledActionName: action.name,
  ScheduledActionARN: scheduledActionArn(action),
  ServiceNamespace: action.namespace,
  ResourceId: action.resourceId,
  ScalableDimension: action.dimension,
  Schedule: action.schedule,
  Timezone: action.zone,
  StartTime: action.startMs,
  EndTime: action.endMs,
  ScalableTargetAction: { MinCapacity: action.least, MaxCapacity: action.most },
  CreationTime: action.createdMs,
})
