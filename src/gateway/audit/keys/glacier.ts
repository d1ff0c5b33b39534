import type { KeyRules } from "../rules.ts"

export const conditionKeys: KeyRules = {
  "glacier:ArchiveAgeInDays": "sometimes",
}
