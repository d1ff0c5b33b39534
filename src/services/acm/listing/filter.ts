import { attributeOf } from "../../../engines/x509/name.ts"
import { ATTRIBUTE } from "../../../engines/x509/object-ids.ts"
import { readCertificate } from "../../../engines/x509/certificate.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type {
  AcmCertificateMetadataFilter,
  CertificateFilter,
  CertificateFilterStatement,
  TimestampRange,
  X509AttributeFilter,
} from "../../../models/types/acm.ts"
import { certificateArn, type Certificate } from "../certificate/certificate.ts"
import { isInUse } from "../certificate/use.ts"
import { invalid } from "../errors.ts"

/** How deep statements stand in each other, at most: not verified. */
const DEEPEST = 5

/** Whether a certificate is what a statement describes. Throws ValidationException. */
export function matches(
  tx: ReadTx,
  one: Certificate,
  statement: CertificateFilterStatement,
  depth = 0,
): boolean {
  // The words are not verified.
  if (depth > DEEPEST) throw invalid("The filter statement is nested too deeply.")
  const { And, Or, Not, Filter } = statement
  const isOf = (inner: CertificateFilterStatement) => matches(tx, one, inner, depth + 1)
  if (And) return And.every(isOf)
  if (Or) return Or.some(isOf)
  if (Not) return !isOf(Not)
  return Filter ? isMeant(tx, one, Filter) : true
}

function isMeant(tx: ReadTx, one: Certificate, filter: CertificateFilter): boolean {
  const {
    CertificateArn: arn,
    X509AttributeFilter: x509,
    AcmCertificateMetadataFilter: acm,
  } = filter
  if (arn !== undefined) return certificateArn(one) === arn
  if (x509) return hasAttribute(one, x509)
  return acm ? hasMetadata(tx, one, acm) : true
}

interface Compared {
  readonly Value: string
  readonly ComparisonOperator: string
}

/** Names are compared without regard to case: not verified. */
function compare(text: string, { Value, ComparisonOperator }: Compared): boolean {
  const [own, wanted] = [text.toLowerCase(), Value.toLowerCase()]
  return ComparisonOperator === "EQUALS" ? own === wanted : own.includes(wanted)
}

/** Of a certificate that is not there yet, the domain is the common name. */
export function commonNameOf({ content, domain }: Certificate): string {
  if (!content) return domain
  const { subject } = readCertificate(Buffer.from(content.certificate, "base64"))
  return attributeOf(subject, ATTRIBUTE.commonName) ?? ""
}

function hasAttribute(one: Certificate, filter: X509AttributeFilter): boolean {
  const { content } = one
  const common = filter.Subject?.CommonName
  if (common) return compare(commonNameOf(one), common)
  const dns = filter.SubjectAlternativeName?.DnsName
  if (dns) return one.names.some((name) => compare(name, dns))
  if (filter.KeyAlgorithm !== undefined) return one.keyAlgorithm === filter.KeyAlgorithm
  if (filter.KeyUsage !== undefined) return content?.keyUsages.includes(filter.KeyUsage) ?? false
  if (filter.ExtendedKeyUsage !== undefined)
    return content?.purposes.some(({ name }) => name === filter.ExtendedKeyUsage) ?? false
  if (filter.SerialNumber !== undefined) return content?.serial === filter.SerialNumber
  if (filter.NotBefore) return isWithin(content?.notBeforeMs, filter.NotBefore)
  return filter.NotAfter ? isWithin(content?.notAfterMs, filter.NotAfter) : true
}

function isWithin(ms: number | undefined, { Start, End }: TimestampRange): boolean {
  return ms !== undefined && ms >= (Start ?? -Infinity) && ms <= (End ?? Infinity)
}

function hasMetadata(tx: ReadTx, one: Certificate, filter: AcmCertificateMetadataFilter): boolean {
  if (filter.Status !== undefined) return one.status === filter.Status
  if (filter.Type !== undefined) return one.type === filter.Type
  if (filter.RenewalStatus !== undefined) return one.renewal?.status === filter.RenewalStatus
  if (filter.InUse !== undefined) return isInUse(tx, one) === filter.InUse
  if (filter.Exported !== undefined) return one.isExported === filter.Exported
  if (filter.ExportOption !== undefined)
    return one.isExportable === (filter.ExportOption === "ENABLED")
  if (filter.ValidationMethod !== undefined) return one.method === filter.ValidationMethod
  // What CloudFront manages is not here.
  return filter.ManagedBy === undefined
}
