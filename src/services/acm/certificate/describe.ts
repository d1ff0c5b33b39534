import type { ReadTx } from "../../../kernel/transaction.ts"
import type { CertificateDetail, DomainValidation } from "../../../models/types/acm.ts"
import { onCertificate } from "../access.ts"
import { op, type Out } from "../define.ts"
import { inProgress } from "../errors.ts"
import { isEligible } from "../renewal/renew.ts"
import { validationEmails } from "../request/names.ts"
import { recordOf } from "../validation/record.ts"
import {
  certificateArn,
  findCertificate,
  type Certificate,
  type Validation,
} from "./certificate.ts"
import { certificateText, chainText } from "./content.ts"
import { usersOf } from "./use.ts"

export const DescribeCertificate = op.read("DescribeCertificate", {
  authorize: onCertificate,
  run: (tx, input, call): Out<"DescribeCertificate"> => ({
    Certificate: described(tx, findCertificate(tx, input.CertificateArn, call)),
  }),
})

/** Recorded: with a hyphen, as no model has it. */
export const keyAlgorithmText = ({ keyAlgorithm }: Certificate): string =>
  keyAlgorithm.replace("_", "-")

function described(tx: ReadTx, certificate: Certificate): CertificateDetail {
  const { content, revoked, type, renewal } = certificate
  const detail = {
    ...{ CertificateArn: certificateArn(certificate), DomainName: certificate.domain },
    ...{ SubjectAlternativeNames: [...certificate.names], CreatedAt: certificate.createdMs },
    ...{ Type: type, Status: certificate.status, KeyAlgorithm: keyAlgorithmText(certificate) },
    ...{ InUseBy: [...usersOf(tx, certificate)], Options: optionsOf(certificate) },
    RenewalEligibility: isEligible(tx, certificate) ? "ELIGIBLE" : "INELIGIBLE",
    ...contentMembers(certificate),
    ...(certificate.authorityArn === undefined
      ? { DomainValidationOptions: validationOptions(certificate) }
      : { CertificateAuthorityArn: certificate.authorityArn }),
    ...(certificate.issuedMs !== undefined && { IssuedAt: certificate.issuedMs }),
    ...(certificate.importedMs !== undefined && { ImportedAt: certificate.importedMs }),
    ...(certificate.failure !== undefined && { FailureReason: certificate.failure }),
    ...(revoked && { RevokedAt: revoked.atMs, RevocationReason: revoked.reason }),
    ...(content && { NotBefore: content.notBeforeMs, NotAfter: content.notAfterMs }),
    ...(renewal && {
      RenewalSummary: {
        ...{ RenewalStatus: renewal.status, UpdatedAt: renewal.updatedMs },
        DomainValidationOptions: validationOptions(certificate),
        ...(renewal.reason !== undefined && { RenewalStatusReason: renewal.reason }),
      },
    }),
  }
  return detail
}

/** Recorded of those that wait: issuer, subject and algorithm are told before they are. */
function contentMembers(certificate: Certificate): object {
  const { content, type, domain, keyAlgorithm } = certificate
  if (!content)
    return {
      ...{ Subject: `CN=${domain}`, KeyUsages: [], ExtendedKeyUsages: [] },
      ...(type === "AMAZON_ISSUED" && { Issuer: "Amazon" }),
      SignatureAlgorithm: keyAlgorithm.startsWith("RSA") ? "SHA256WITHRSA" : "SHA256WITHECDSA",
    }
  return {
    ...{ Subject: content.subject, Serial: content.serial },
    Issuer: type === "AMAZON_ISSUED" ? "Amazon" : content.issuer,
    SignatureAlgorithm: content.signatureAlgorithm,
    KeyUsages: content.keyUsages.map((Name) => ({ Name })),
    ExtendedKeyUsages: content.purposes.map(({ name: Name, oid: OID }) => ({ Name, OID })),
  }
}

const optionsOf = ({ isLogged, isExportable }: Certificate) => ({
  CertificateTransparencyLoggingPreference: isLogged ? "ENABLED" : "DISABLED",
  Export: isExportable ? "ENABLED" : "DISABLED",
})

/** Recorded: of imported ones the names alone. */
function validationOptions(certificate: Certificate): DomainValidation[] {
  if (certificate.type === "IMPORTED")
    return certificate.names.map((DomainName) => ({ DomainName }))
  return certificate.validations.map((one) => validationOption(certificate, one))
}

function validationOption(
  { account, method }: Certificate,
  validation: Validation,
): DomainValidation {
  const { domain, validationDomain, status } = validation
  const { name: Name, value: Value } = recordOf(account, domain)
  return {
    ...{ DomainName: domain, ValidationDomain: validationDomain, ValidationStatus: status },
    ...(method === "DNS"
      ? { ValidationMethod: "DNS", ResourceRecord: { Name, Type: "CNAME", Value } }
      : { ValidationMethod: "EMAIL", ValidationEmails: [...validationEmails(validation)] }),
  }
}

export const GetCertificate = op.read("GetCertificate", {
  authorize: onCertificate,
  run(tx, input, call): Out<"GetCertificate"> {
    const certificate = findCertificate(tx, input.CertificateArn, call)
    const { content } = certificate
    if (!content) throw inProgress(input.CertificateArn)
    const CertificateChain = chainText(content)
    return {
      Certificate: certificateText(content),
      ...(CertificateChain !== undefined && { CertificateChain }),
    }
  },
})
