import type { KeyRules } from "../rules.ts"

export const conditionKeys: KeyRules = {
  "aws:RequestTag": "request tags",
  "aws:ResourceTag": "resource tags",
  "aws:TagKeys": "request tags",
  // There are no documents.
  "ssm:DocumentCategories": { not: { "*": "feature not here" } },
  "ssm:DocumentType": { not: { "*": "feature not here" } },
  "ssm:Overwrite": "always",
  "ssm:Policies": "sometimes",
  "ssm:Recursive": "always",
  "ssm:resourceTag": "resource tags",
}
