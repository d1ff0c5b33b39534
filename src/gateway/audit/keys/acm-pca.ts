import type { KeyRules } from "../rules.ts"

export const conditionKeys: KeyRules = {
  "acm-pca:TemplateArn": "always",
  "aws:RequestTag": "request tags",
  "aws:ResourceTag": {
    when: "resource tags",
    not: { CreateCertificateAuthority: "nothing that it could tell" },
  },
  "aws:TagKeys": "request tags",
}
