import type { KeyRules } from "../rules.ts"

export const conditionKeys: KeyRules = {
  "account:AlternateContactTypes": "input.AlternateContactType",
  "account:EmailTargetDomain": "always",
  "account:TargetRegion": "input.RegionName",
}
