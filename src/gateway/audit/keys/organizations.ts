import type { KeyRules } from "../rules.ts"

export const conditionKeys: KeyRules = {
  "aws:RequestTag": "request tags",
  "aws:ResourceTag": {
    when: "resource tags",
    not: {
      CreateAccount: "nothing that it could tell",
      CreateGovCloudAccount: "nothing that it could tell",
      CreatePolicy: "nothing that it could tell",
    },
  },
  "aws:TagKeys": "request tags",
  "organizations:PolicyType": "sometimes",
  "organizations:ServicePrincipal": "input.ServicePrincipal",
  "organizations:TransferDirection": "sometimes",
  "organizations:TransferType": "sometimes",
}
