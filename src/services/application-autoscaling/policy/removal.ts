import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { lookUp } from "../target/target.ts"
import { deleteAlarmsCall, isCustomized } from "./alarms.ts"
import { policies, type ScalingPolicy } from "./policy.ts"

/** Alarms that CloudWatch still has of a policy that is gone, or has another metric now. */
interface Orphans {
  readonly account: string
  readonly region: string
  readonly role: string
  readonly names: readonly string[]
}

export const deleteAlarms = job<Orphans>("application-autoscaling/delete-alarms", {
  async perform(ctx, orphans) {
    await ctx.call(deleteAlarmsCall(orphans))
  },
})

/** The alarms of predefined metrics are in no CloudWatch: they are worked out here. */
export function leaveAlarms(tx: WriteTx, policy: ScalingPolicy): void {
  const target = lookUp(tx, policy)
  if (!target || !isCustomized(policy.tracking)) return
  const { account, region, alarms: names } = policy
  tx.schedule(deleteAlarms, { account, region, role: target.roleArn, names }, tx.now)
}

/** To call while its target is still there. */
export function removePolicy(tx: WriteTx, policy: ScalingPolicy): void {
  leaveAlarms(tx, policy)
  tx.remove(policies, policy)
}
