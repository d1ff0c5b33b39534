import {
  critical,
  extendedKeyUsage,
  keyUsage,
  subjectAltName,
  type Extension,
  type KeyUsage as Usage,
} from "../../../engines/x509/extension.ts"
import { ia5, objectId, sequence } from "../../../engines/x509/der.ts"
import type { GeneralName as Name } from "../../../engines/x509/general-name.ts"
import { CPS_QUALIFIER, EXTENSION, PURPOSE } from "../../../engines/x509/object-ids.ts"
import type {
  Extensions,
  ExtendedKeyUsage,
  GeneralName,
  KeyUsage,
  PolicyInformation,
} from "../../../models/types/acm-pca.ts"
import { subjectName } from "../authority/subject.ts"
import { fromGiven, invalidArgs } from "../errors.ts"

const USAGES = [
  ["DigitalSignature", "digitalSignature"],
  ["NonRepudiation", "nonRepudiation"],
  ["KeyEncipherment", "keyEncipherment"],
  ["DataEncipherment", "dataEncipherment"],
  ["KeyAgreement", "keyAgreement"],
  ["KeyCertSign", "keyCertSign"],
  ["CRLSign", "cRLSign"],
  ["EncipherOnly", "encipherOnly"],
  ["DecipherOnly", "decipherOnly"],
] as const

export const usagesOf = (usage: KeyUsage): readonly Usage[] =>
  USAGES.filter(([member]) => usage[member]).map(([, name]) => name)

/** Exactly one member of each. Throws InvalidArgsException. */
export function generalName(one: GeneralName): Name {
  const given = Object.entries(one).filter(([, value]) => value !== undefined)
  if (given.length !== 1) throw invalidArgs("A GeneralName has exactly one member.")
  if (one.OtherName)
    return { kind: "other", type: one.OtherName.TypeId, value: one.OtherName.Value }
  if (one.DirectoryName) return { kind: "directory", name: subjectName(one.DirectoryName) }
  if (one.EdiPartyName) {
    const { PartyName: name, NameAssigner: assigner } = one.EdiPartyName
    return { kind: "party", name, assigner }
  }
  if (one.Rfc822Name !== undefined) return { kind: "email", value: one.Rfc822Name }
  if (one.DnsName !== undefined) return { kind: "dns", value: one.DnsName }
  if (one.UniformResourceIdentifier !== undefined)
    return { kind: "uri", value: one.UniformResourceIdentifier }
  if (one.IpAddress !== undefined) return { kind: "ip", value: one.IpAddress }
  return { kind: "registeredId", value: one.RegisteredId ?? "" }
}

const PURPOSES: Readonly<Record<string, string>> = {
  SERVER_AUTH: PURPOSE.serverAuth,
  CLIENT_AUTH: PURPOSE.clientAuth,
  CODE_SIGNING: PURPOSE.codeSigning,
  EMAIL_PROTECTION: PURPOSE.emailProtection,
  TIME_STAMPING: PURPOSE.timeStamping,
  OCSP_SIGNING: PURPOSE.ocspSigning,
  SMART_CARD_LOGIN: PURPOSE.smartCardLogin,
  DOCUMENT_SIGNING: PURPOSE.documentSigning,
  CERTIFICATE_TRANSPARENCY: PURPOSE.certificateTransparency,
}

function purposeOf({
  ExtendedKeyUsageType: type,
  ExtendedKeyUsageObjectIdentifier: custom,
}: ExtendedKeyUsage): string {
  const id = type === undefined ? custom : PURPOSES[type]
  if (id === undefined) throw invalidArgs("An ExtendedKeyUsage has a type or an object identifier.")
  return id
}

/** CertificatePolicies (RFC 5280 section 4.2.1.4). */
const policies = (all: readonly PolicyInformation[]): Extension => ({
  id: EXTENSION.certificatePolicies,
  critical: false,
  value: sequence(
    ...all.map(({ CertPolicyId: id, PolicyQualifiers: qualifiers = [] }) =>
      sequence(
        objectId(id),
        ...(qualifiers.length === 0
          ? []
          : [
              sequence(
                ...qualifiers.map(({ Qualifier: { CpsUri } }) =>
                  sequence(objectId(CPS_QUALIFIER), ia5(CpsUri)),
                ),
              ),
            ]),
      ),
    ),
  ),
})

/** What ApiPassthrough asks to be in the certificate. Throws InvalidArgsException. */
export const passedExtensions = (given: Extensions = {}): readonly Extension[] =>
  fromGiven(() => [
    ...(given.KeyUsage ? [critical(keyUsage(usagesOf(given.KeyUsage)))] : []),
    ...(given.ExtendedKeyUsage ? [extendedKeyUsage(given.ExtendedKeyUsage.map(purposeOf))] : []),
    ...(given.SubjectAlternativeNames
      ? [subjectAltName(given.SubjectAlternativeNames.map(generalName))]
      : []),
    ...(given.CertificatePolicies ? [policies(given.CertificatePolicies)] : []),
    ...(given.CustomExtensions ?? []).map(({ ObjectIdentifier: id, Value, Critical }) => ({
      ...{ id, critical: Critical ?? false, value: Buffer.from(Value, "base64") },
    })),
  ])
