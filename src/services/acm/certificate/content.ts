import { readCertificate, serialText } from "../../../engines/x509/certificate.ts"
import { readKeyUsage, readPurposes, type KeyUsage } from "../../../engines/x509/extension.ts"
import { attributeOf, nameText } from "../../../engines/x509/name.ts"
import { ATTRIBUTE, PURPOSE } from "../../../engines/x509/object-ids.ts"
import { pem, pemBlocks } from "../../../engines/x509/pem.ts"
import { algorithmName } from "../../../engines/x509/signature.ts"

/** A certificate that is there, with what is told of it. */
export interface Content {
  /** DER in base64, of the certificate and of its issuers. */
  readonly certificate: string
  readonly chain: readonly string[]
  readonly serial: string
  readonly subject: string
  readonly issuer: string
  readonly notBeforeMs: number
  readonly notAfterMs: number
  readonly keyUsages: readonly string[]
  readonly purposes: readonly { readonly name: string; readonly oid: string }[]
  readonly signatureAlgorithm: string
}

/** The API's KeyUsageName. */
const USAGES: Readonly<Record<KeyUsage, string>> = {
  digitalSignature: "DIGITAL_SIGNATURE",
  nonRepudiation: "NON_REPUDIATION",
  keyEncipherment: "KEY_ENCIPHERMENT",
  dataEncipherment: "DATA_ENCIPHERMENT",
  keyAgreement: "KEY_AGREEMENT",
  keyCertSign: "CERTIFICATE_SIGNING",
  cRLSign: "CRL_SIGNING",
  encipherOnly: "ENCIPHER_ONLY",
  decipherOnly: "DECIPHER_ONLY",
}

/** The API's ExtendedKeyUsageName; others are CUSTOM. */
const PURPOSES: Readonly<Record<string, string>> = {
  [PURPOSE.serverAuth]: "TLS_WEB_SERVER_AUTHENTICATION",
  [PURPOSE.clientAuth]: "TLS_WEB_CLIENT_AUTHENTICATION",
  [PURPOSE.codeSigning]: "CODE_SIGNING",
  [PURPOSE.emailProtection]: "EMAIL_PROTECTION",
  [PURPOSE.timeStamping]: "TIME_STAMPING",
  [PURPOSE.ocspSigning]: "OCSP_SIGNING",
  [PURPOSE.any]: "ANY",
  "1.3.6.1.5.5.7.3.5": "IPSEC_END_SYSTEM",
  "1.3.6.1.5.5.7.3.6": "IPSEC_TUNNEL",
  "1.3.6.1.5.5.7.3.7": "IPSEC_USER",
}

/** `certificate` and `chain` are DER. Throws DerError. */
export function contentOf(certificate: Uint8Array, chain: readonly Uint8Array[]): Content {
  const read = readCertificate(certificate)
  const { organization, commonName } = ATTRIBUTE
  return {
    certificate: Buffer.from(certificate).toString("base64"),
    chain: chain.map((one) => Buffer.from(one).toString("base64")),
    ...{ serial: serialText(read.serial), subject: nameText(read.subject) },
    // Recorded: the issuer's organization.
    issuer: attributeOf(read.issuer, organization) ?? attributeOf(read.issuer, commonName) ?? "",
    ...{ notBeforeMs: read.notBeforeMs, notAfterMs: read.notAfterMs },
    keyUsages: (readKeyUsage(read.extensions) ?? []).map((usage) => USAGES[usage]),
    purposes: (readPurposes(read.extensions) ?? []).map((oid) => ({
      ...{ name: PURPOSES[oid] ?? "CUSTOM", oid },
    })),
    signatureAlgorithm: algorithmName(read.signed.algorithm) ?? "",
  }
}

/** Of PEM texts, as authorities give them. */
export const contentOfPem = (certificate: string, chain: string): Content =>
  contentOf(
    pemBlocks(certificate)?.[0]?.der ?? new Uint8Array(),
    (pemBlocks(chain) ?? []).map(({ der }) => der),
  )

const text = (base64: string): string => pem("CERTIFICATE", Buffer.from(base64, "base64"))

/** PEM, each with a newline at its end. */
export const certificateText = ({ certificate }: Content): string => text(certificate)
export const chainText = ({ chain }: Content): string | undefined =>
  chain.length === 0 ? undefined : chain.map(text).join("")
