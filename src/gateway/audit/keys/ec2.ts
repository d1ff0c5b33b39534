import type { KeyRules } from "../rules.ts"

export const conditionKeys: KeyRules = {
  "ec2:Region": "always",
}
