import { readCertificate } from "../../../engines/x509/certificate.ts"
import { readAltNames } from "../../../engines/x509/extension.ts"
import { readName } from "../../../engines/x509/name.ts"
import { ATTRIBUTE } from "../../../engines/x509/object-ids.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type {
  CertificateSearchResult,
  DistinguishedName,
  GeneralName,
  X509Attributes,
} from "../../../models/types/acm.ts"
import { certificateArn, ownCertificates, type Certificate } from "../certificate/certificate.ts"
import { isInUse } from "../certificate/use.ts"
import { asks, op, type Out } from "../define.ts"
import { PAGE } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { isEligible } from "../renewal/renew.ts"
import { commonNameOf, matches } from "./filter.ts"

export const SearchCertificates = op.read("SearchCertificates", {
  authorize: asks.anything,
  run(tx, input, call): Out<"SearchCertificates"> {
    const { FilterStatement: statement, SortBy, SortOrder } = input
    const found = ownCertificates(tx, call).filter(
      (one) => statement === undefined || matches(tx, one, statement),
    )
    const by = SORTS[SortBy ?? "CREATED_AT"]
    const sorted = by ? found.toSorted((a, b) => compare(by(a), by(b))) : found
    const ordered = SortOrder === "DESCENDING" ? sorted.toReversed() : sorted
    const { items, more } = pageOf(ordered, input, PAGE)
    return { Results: items.map((one) => result(tx, one)), ...more }
  },
})

type Sortable = string | number

/** The others cannot differ here, or say nothing of an order. */
const SORTS: Readonly<Record<string, (one: Certificate) => Sortable>> = {
  CREATED_AT: ({ createdMs }) => createdMs,
  CERTIFICATE_ARN: certificateArn,
  COMMON_NAME: commonNameOf,
  EXPORTED: ({ isExported }) => Number(isExported),
  EXPORT_OPTION: ({ isExportable }) => Number(isExportable),
  IMPORTED_AT: ({ importedMs = 0 }) => importedMs,
  ISSUED_AT: ({ issuedMs = 0 }) => issuedMs,
  KEY_ALGORITHM: ({ keyAlgorithm }) => keyAlgorithm,
  NOT_AFTER: ({ content }) => content?.notAfterMs ?? 0,
  NOT_BEFORE: ({ content }) => content?.notBeforeMs ?? 0,
  RENEWAL_STATUS: ({ renewal }) => renewal?.status ?? "",
  REVOKED_AT: ({ revoked }) => revoked?.atMs ?? 0,
  STATUS: ({ status }) => status,
  TYPE: ({ type }) => type,
  VALIDATION_METHOD: ({ method = "" }) => method,
}

const compare = (a: Sortable, b: Sortable): number => (a < b ? -1 : a > b ? 1 : 0)

function result(tx: ReadTx, one: Certificate): CertificateSearchResult {
  const { renewal } = one
  const metadata = {
    ...{ CreatedAt: one.createdMs, Status: one.status, Type: one.type },
    ...{ InUse: isInUse(tx, one), Exported: one.isExported },
    RenewalEligibility: isEligible(tx, one) ? "ELIGIBLE" : "INELIGIBLE",
    ExportOption: one.isExportable ? "ENABLED" : "DISABLED",
    ...(one.issuedMs !== undefined && { IssuedAt: one.issuedMs }),
    ...(one.importedMs !== undefined && { ImportedAt: one.importedMs }),
    ...(one.revoked && { RevokedAt: one.revoked.atMs }),
    ...(renewal && { RenewalStatus: renewal.status }),
    ...(one.method !== undefined && { ValidationMethod: one.method }),
  }
  const told = {
    ...{ CertificateArn: certificateArn(one), X509Attributes: attributes(one) },
    CertificateMetadata: { AcmCertificateMetadata: metadata },
  }
  return told
}

function attributes(one: Certificate): X509Attributes {
  const { content, keyAlgorithm } = one
  if (!content)
    return {
      ...{ Subject: { CommonName: one.domain }, KeyAlgorithm: keyAlgorithm },
      SubjectAlternativeNames: one.names.map((DnsName) => ({ DnsName })),
    }
  const read = readCertificate(Buffer.from(content.certificate, "base64"))
  return {
    ...{ Issuer: nameOf(read.issuer), Subject: nameOf(read.subject), KeyAlgorithm: keyAlgorithm },
    SubjectAlternativeNames: readAltNames(read.extensions).flatMap((name): GeneralName[] => {
      if (name.kind === "dns") return [{ DnsName: name.value }]
      return name.kind === "ip" ? [{ IpAddress: name.value }] : []
    }),
    ...{ KeyUsages: [...content.keyUsages], SerialNumber: content.serial },
    ExtendedKeyUsages: content.purposes.map(({ name }) => name),
    ...{ NotBefore: content.notBeforeMs, NotAfter: content.notAfterMs },
  }
}

const MEMBERS: Readonly<Record<string, keyof DistinguishedName>> = {
  [ATTRIBUTE.commonName]: "CommonName",
  [ATTRIBUTE.country]: "Country",
  [ATTRIBUTE.dnQualifier]: "DistinguishedNameQualifier",
  [ATTRIBUTE.generationQualifier]: "GenerationQualifier",
  [ATTRIBUTE.givenName]: "GivenName",
  [ATTRIBUTE.initials]: "Initials",
  [ATTRIBUTE.locality]: "Locality",
  [ATTRIBUTE.organization]: "Organization",
  [ATTRIBUTE.organizationalUnit]: "OrganizationalUnit",
  [ATTRIBUTE.pseudonym]: "Pseudonym",
  [ATTRIBUTE.serialNumber]: "SerialNumber",
  [ATTRIBUTE.state]: "State",
  [ATTRIBUTE.surname]: "Surname",
  [ATTRIBUTE.title]: "Title",
}

function nameOf(der: Uint8Array): DistinguishedName {
  const all = readName(der)
  const components = all.filter(({ type }) => type === ATTRIBUTE.domainComponent)
  const custom = all.filter(
    ({ type }) => MEMBERS[type] === undefined && type !== ATTRIBUTE.domainComponent,
  )
  const named = all.flatMap(({ type, value }) => {
    const member = MEMBERS[type]
    return member === undefined ? [] : [[member, value] as const]
  })
  return {
    ...Object.fromEntries(named),
    ...(components.length > 0 && { DomainComponents: components.map(({ value }) => value) }),
    ...(custom.length > 0 && {
      CustomAttributes: custom.map(({ type: ObjectIdentifier, value: Value }) => ({
        ...{ ObjectIdentifier, Value },
      })),
    }),
  }
}
