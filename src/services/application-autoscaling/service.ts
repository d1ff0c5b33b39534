import { defineService } from "../../registry/service.ts"
import { activities } from "./activity/activity.ts"
import { fulfil, makeChange } from "./activity/change.ts"
import { DescribeScalingActivities } from "./activity/describe-scaling-activities.ts"
import { onAlarmAction } from "./policy/alarm-action.ts"
import { DeleteScalingPolicy } from "./policy/delete-scaling-policy.ts"
import { DescribeScalingPolicies } from "./policy/describe-scaling-policies.ts"
import { evaluate } from "./policy/evaluate.ts"
import { GetPredictiveScalingForecast } from "./policy/get-predictive-scaling-forecast.ts"
import { policies } from "./policy/policy.ts"
import { PutScalingPolicy } from "./policy/put-scaling-policy.ts"
import { deleteAlarms } from "./policy/removal.ts"
import { DeleteScheduledAction } from "./schedule/delete-scheduled-action.ts"
import { DescribeScheduledActions } from "./schedule/describe-scheduled-actions.ts"
import { PutScheduledAction } from "./schedule/put-scheduled-action.ts"
import { runScheduled } from "./schedule/run.ts"
import { scheduledActions } from "./schedule/scheduled-action.ts"
import { DeregisterScalableTarget } from "./target/deregister-scalable-target.ts"
import { DescribeScalableTargets } from "./target/describe-scalable-targets.ts"
import { RegisterScalableTarget } from "./target/register-scalable-target.ts"
import { ListTagsForResource, TagResource, UntagResource } from "./target/tags.ts"
import { scalableTargets, targetResource } from "./target/target.ts"

/** Application Auto Scaling. */
export const applicationAutoscaling = defineService({
  id: "application-autoscaling",
  operations: {
    ...{ RegisterScalableTarget, DeregisterScalableTarget, DescribeScalableTargets },
    ...{ PutScalingPolicy, DeleteScalingPolicy, DescribeScalingPolicies },
    ...{ PutScheduledAction, DeleteScheduledAction, DescribeScheduledActions },
    ...{ DescribeScalingActivities, GetPredictiveScalingForecast },
    ...{ TagResource, UntagResource, ListTagsForResource },
  },
  resources: [targetResource],
  tables: [scalableTargets, policies, scheduledActions, activities],
  jobs: [evaluate, makeChange, fulfil, deleteAlarms, runScheduled],
  receivers: [onAlarmAction],
  // It looks at their tables, and calls them.
  uses: ["iam"],
  needs: ["dynamodb"],
})
