import type { KeyRules } from "../rules.ts"

export const conditionKeys: KeyRules = {
  "aws:RequestTag": "request tags",
  "aws:ResourceTag": {
    when: "resource tags",
    not: {
      CreateOpenIDConnectProvider: "nothing that it could tell",
      CreatePolicy: "nothing that it could tell",
      CreateSAMLProvider: "nothing that it could tell",
      CreateVirtualMFADevice: "nothing that it could tell",
      CreateServiceLinkedRole: "nothing that it could tell",
      GetServiceLinkedRoleDeletionStatus: "nothing that it could tell",
      PassRole: "its guide says otherwise",
    },
  },
  "aws:TagKeys": "request tags",
  "iam:AWSServiceName": "sometimes",
  "iam:AssociatedResourceArn": "sometimes",
  "iam:DelegationDuration": "always",
  "iam:DelegationRequestOwner": "sometimes",
  // Security keys are enabled in the console only: no operation of the API takes one.
  "iam:FIDO-FIPS-140-2-certification": { not: { "*": "no such hardware here" } },
  "iam:FIDO-FIPS-140-3-certification": { not: { "*": "no such hardware here" } },
  "iam:FIDO-certification": { not: { "*": "no such hardware here" } },
  "iam:NotificationChannel": "always",
  "iam:OrganizationsPolicyId": "input.OrganizationsPolicyId",
  "iam:PassedToService": "always",
  "iam:PermissionsBoundary": "sometimes",
  "iam:PolicyARN": "input.PolicyArn",
  "iam:RegisterSecurityKey": { not: { "*": "no such hardware here" } },
  "iam:ResourceTag": {
    when: "resource tags",
    not: {
      CreateServiceLinkedRole: "nothing that it could tell",
      GetServiceLinkedRoleDeletionStatus: "nothing that it could tell",
      PassRole: "its guide says otherwise",
    },
  },
  "iam:RoleTemplateARN": { not: { "*": "feature not here" } },
  "iam:ServiceSpecificCredentialAgeDays": "input.CredentialAgeDays",
  "iam:ServiceSpecificCredentialServiceName": "sometimes",
  "iam:TemplateArn": "sometimes",
}
