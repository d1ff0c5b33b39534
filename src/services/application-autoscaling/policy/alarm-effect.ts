import { effect } from "../../../kernel/later/later.ts"

/** What CloudWatch does with a policy's alarm that is in state ALARM, each minute. */
export interface AlarmAction {
  /** The ARN in `AlarmActions`: a policy's, and `:createdBy/…`. */
  readonly action: string
  readonly alarm: string
  /** The last value of the metric. */
  readonly value: number
}

export const alarmAction = effect<AlarmAction>("application-autoscaling/alarm-action")
