import type { KeyRules } from "../rules.ts"

export const conditionKeys: KeyRules = {
  "aws:RequestTag": "request tags",
  "aws:ResourceTag": "resource tags",
  "aws:TagKeys": "request tags",
}
