import type { KeyRules } from "../rules.ts"

export const conditionKeys: KeyRules = {
  "dax:EnclosingOperation": "sometimes",
}
