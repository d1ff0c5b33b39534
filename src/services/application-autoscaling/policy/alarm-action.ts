import { parseArn } from "../../../registry/arn.ts"
import { receive } from "../../../registry/receiver.ts"
import { dimensionOf } from "../namespaces.ts"
import { alarmAction } from "./alarm-effect.ts"
import { alarmCause, isCustomized } from "./alarms.ts"
import { policyById } from "./policy.ts"
import { respond } from "./response.ts"

/** CloudWatch's alarms are on customized metrics; what they say of others is let go. */
export const onAlarmAction = receive(alarmAction, {
  run(tx, { action, alarm, value }) {
    const arn = parseArn(action)
    const id = /^scalingPolicy:([^:]+):/.exec(arn?.resource ?? "")?.[1]
    if (!arn || id === undefined) return
    const policy = policyById(tx, { account: arn.account, region: arn.region, id })
    if (!policy?.alarms.includes(alarm) || !isCustomized(policy.tracking)) return
    const capacity = dimensionOf(policy).find(tx, policy)?.units ?? 0
    // "… proportionally to the metric": capacity that would bring it to its target.
    const units = Math.ceil((capacity * value) / policy.tracking.TargetValue)
    respond(tx, policy, {
      isOut: alarm.includes("-AlarmHigh-"),
      ...{ units, cause: alarmCause(policy, alarm) },
    })
  },
  retry: { attempts: 3, backoffMs: [1_000] },
})
