import type { KeyRules } from "../rules.ts"

export const conditionKeys: KeyRules = {
  "aws:RequestTag": "request tags",
  "aws:ResourceTag": {
    when: "resource tags",
    not: { CreateAnalyzer: "nothing that it could tell" },
  },
  "aws:TagKeys": "request tags",
}
