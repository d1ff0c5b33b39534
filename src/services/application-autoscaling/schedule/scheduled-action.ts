import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { arn } from "../../../registry/arn.ts"
import { SCHEDULED_ACTIONS } from "../limits.ts"
import { keyOf, type TargetKey } from "../target/target.ts"
import type { Scheduled } from "./expression.ts"

export interface ScheduledAction extends TargetKey, Scheduled {
  readonly name: string
  /** In its ARN. */
  readonly id: string
  /** The bounds that the target is given. */
  readonly least?: number | undefined
  readonly most?: number | undefined
  /** Of its next run: another one is of a schedule that no longer holds. */
  readonly run: number
}

export const scheduledActions = table<ScheduledAction>("application-autoscaling/scheduled-action", {
  key: (row) => [...keyOf(row), row.name],
})

export const scheduledActionArn = (action: ScheduledAction): string => {
  const { account, region, id, namespace, resourceId, name } = action
  const of = `resource/${namespace}/${resourceId}`
  // As in "Get started with scheduled scaling for Application Auto Scaling".
  return arn(
    "autoscaling",
    region,
    account,
    `scheduledAction:${id}:${of}:scheduledActionName/${name}`,
  )
}

export const scheduledActionsOf = (tx: ReadTx, key: TargetKey): readonly ScheduledAction[] =>
  tx.scan(scheduledActions, { prefix: keyOf(key), limit: SCHEDULED_ACTIONS }).rows
