import type { KeyRules } from "../rules.ts"

export const conditionKeys: KeyRules = {
  "aws:RequestTag": "request tags",
  "aws:ResourceTag": { when: "resource tags", not: { CreateQueue: "not verified" } },
  "aws:TagKeys": "request tags",
}
