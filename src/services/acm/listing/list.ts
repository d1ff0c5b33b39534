import type { ReadTx } from "../../../kernel/transaction.ts"
import type { CertificateSummary } from "../../../models/types/acm.ts"
import { certificateArn, ownCertificates, type Certificate } from "../certificate/certificate.ts"
import { keyAlgorithmText } from "../certificate/describe.ts"
import { isInUse } from "../certificate/use.ts"
import { asks, op, type In, type Out } from "../define.ts"
import { invalid } from "../errors.ts"
import { PAGE, SUMMARY_NAMES } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { isEligible } from "../renewal/renew.ts"

type Input = In<"ListCertificates">

/** "By default, the API returns RSA_2048 certificates", and those of 1024 bits. */
const DEFAULT_KEYS: readonly string[] = ["RSA_1024", "RSA_2048"]

export const ListCertificates = op.read("ListCertificates", {
  authorize: asks.anything,
  run(tx, input, call): Out<"ListCertificates"> {
    // "If you specify SortBy, you must also specify SortOrder." The words are not verified.
    if ((input.SortBy === undefined) !== (input.SortOrder === undefined))
      throw invalid("SortBy and SortOrder must be specified together.")
    const found = ownCertificates(tx, call).filter((one) => isWanted(one, input))
    const ordered = input.SortOrder === "DESCENDING" ? found.toReversed() : found
    const { items, more } = pageOf(ordered, { ...input, MaxResults: input.MaxItems }, PAGE)
    return { CertificateSummaryList: items.map((one) => summary(tx, one)), ...more }
  },
})

function isWanted(certificate: Certificate, { CertificateStatuses, Includes }: Input): boolean {
  const { keyTypes = DEFAULT_KEYS, keyUsage, extendedKeyUsage, exportOption } = Includes ?? {}
  const { content, isExportable } = certificate
  const purposes = content?.purposes.map(({ name }) => name) ?? []
  return (
    (CertificateStatuses?.includes(certificate.status) ?? true) &&
    keyTypes.includes(certificate.keyAlgorithm) &&
    hasOne(content?.keyUsages ?? [], keyUsage) &&
    hasOne(purposes, extendedKeyUsage) &&
    (exportOption === undefined || (exportOption === "ENABLED") === isExportable) &&
    // What CloudFront manages is not here.
    Includes?.managedBy === undefined
  )
}

/** ANY is for all, NONE for those that say nothing. */
const hasOne = (own: readonly string[], wanted: readonly string[] | undefined): boolean =>
  wanted === undefined ||
  wanted.length === 0 ||
  wanted.includes("ANY") ||
  (wanted.includes("NONE") && own.length === 0) ||
  own.some((one) => wanted.includes(one))

function summary(tx: ReadTx, certificate: Certificate): CertificateSummary {
  const { content, names } = certificate
  const told = {
    ...{ CertificateArn: certificateArn(certificate), DomainName: certificate.domain },
    SubjectAlternativeNameSummaries: names.slice(0, SUMMARY_NAMES),
    HasAdditionalSubjectAlternativeNames: names.length > SUMMARY_NAMES,
    ...{ Status: certificate.status, Type: certificate.type },
    KeyAlgorithm: keyAlgorithmText(certificate),
    KeyUsages: content?.keyUsages ?? [],
    ExtendedKeyUsages: content?.purposes.map(({ name }) => name) ?? [],
    ExportOption: certificate.isExportable ? "ENABLED" : "DISABLED",
    InUse: isInUse(tx, certificate),
    // Recorded: not of imported ones.
    ...(certificate.type !== "IMPORTED" && { Exported: certificate.isExported }),
    RenewalEligibility: isEligible(tx, certificate) ? "ELIGIBLE" : "INELIGIBLE",
    ...(content && { NotBefore: content.notBeforeMs, NotAfter: content.notAfterMs }),
    CreatedAt: certificate.createdMs,
    ...(certificate.issuedMs !== undefined && { IssuedAt: certificate.issuedMs }),
    ...(certificate.importedMs !== undefined && { ImportedAt: certificate.importedMs }),
    ...(certificate.revoked && { RevokedAt: certificate.revoked.atMs }),
  }
  return told
}
