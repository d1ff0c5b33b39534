import type { AutoScalingSettingsUpdate } from "../../../../models/types/dynamodb.ts"
import { validation } from "../../errors.ts"

/** What goes together in settings of auto scaling. The words are recorded. */
export function assertSetting(table: string, update: AutoScalingSettingsUpdate): void {
  const parameters: readonly (readonly [string, unknown])[] = [
    ["MaximumUnits", update.MaximumUnits],
    ["ScalingPolicyUpdate", update.ScalingPolicyUpdate],
    ["MinimumUnits", update.MinimumUnits],
  ]
  const isDisabled = update.AutoScalingDisabled === true
  const wrong = parameters
    .filter(([, value]) => (value !== undefined) === isDisabled)
    .map(([name]) => `'${name}'`)
  if (wrong.length === 0) return
  const names = wrong.join(", ")
  throw validation(
    isDisabled
      ? `Failed to update settings for global table with name ‘${table}’: Parameters ${names} must be left blank when disabling auto scaling.`
      : `Failed to update settings for global table with name: ‘${table}’: Parameters ${names} are required unless auto scaling is being disabled.`,
  )
}
