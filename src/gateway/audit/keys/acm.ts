import type { KeyRules } from "../rules.ts"

export const conditionKeys: KeyRules = {
  "acm:CertificateAuthority": "input.CertificateAuthorityArn",
  "acm:CertificateKeyPairOrigin": { not: { "*": "not verified" } },
  "acm:CertificateTransparencyLogging": "always",
  "acm:DomainNames": "always",
  "acm:Export": "always",
  "acm:KeyAlgorithm": "always",
  "acm:ValidationMethod": "sometimes",
  "aws:RequestTag": "request tags",
  "aws:ResourceTag": "resource tags",
  "aws:TagKeys": "request tags",
}
