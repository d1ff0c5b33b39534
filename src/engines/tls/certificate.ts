import { hash, type KeyObject } from "node:crypto"
import { signCertificate } from "../x509/certificate.ts"
import {
  authorityKeyIdentifier,
  basicConstraints,
  critical,
  extendedKeyUsage,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
  type Extension,
} from "../x509/extension.ts"
import type { GeneralName } from "../x509/general-name.ts"
import { addressBytes } from "../x509/ip-address.ts"
import { writeName } from "../x509/name.ts"
import { ATTRIBUTE, PURPOSE } from "../x509/object-ids.ts"
import { pem } from "../x509/pem.ts"

export interface CertificateContent {
  /** Positive, at most 20 bytes (RFC 5280 section 4.1.2.2). */
  readonly serial: Uint8Array
  readonly subject: DistinguishedName
  readonly issuer: DistinguishedName
  readonly notBefore: number
  readonly notAfter: number
  readonly publicKey: KeyObject
  /** The issuer's public key; its own for a root. */
  readonly issuerKey: KeyObject
  /** A certificate authority, or a TLS server. */
  readonly authority: boolean
  /** DNS names (a leading "*." allowed) and IP addresses that a server answers to. */
  readonly names: readonly string[]
}

export interface DistinguishedName {
  readonly organization: string
  readonly commonName: string
}

/** Issues an X.509 certificate (RFC 5280), signed by an ECDSA key on P-256. PEM. */
export function issueCertificate(content: CertificateContent, issuerPrivateKey: KeyObject): string {
  const der = signCertificate(
    {
      serial: content.serial,
      subject: distinguishedName(content.subject),
      issuer: distinguishedName(content.issuer),
      notBeforeMs: content.notBefore,
      notAfterMs: content.notAfter,
      publicKey: content.publicKey.export({ type: "spki", format: "der" }),
      extensions: extensions(content),
    },
    { key: issuerPrivateKey, algorithm: "SHA256WITHECDSA" },
  )
  return pem("CERTIFICATE", der)
}

/** What identifies a key: the first 20 bytes of the SHA-256 of its bits (RFC 7093, method 1). */
export function keyIdentifier(publicKey: KeyObject): Uint8Array {
  const info = publicKey.export({ type: "spki", format: "der" })
  // The point of P-256, uncompressed, ends the structure.
  return hash("sha256", info.subarray(-65), "buffer").subarray(0, 20)
}

function distinguishedName({ organization, commonName }: DistinguishedName): Uint8Array {
  return writeName([
    { type: ATTRIBUTE.organization, value: organization },
    { type: ATTRIBUTE.commonName, value: commonName },
  ])
}

function extensions(content: CertificateContent): Extension[] {
  const common = [
    subjectKeyIdentifier(keyIdentifier(content.publicKey)),
    authorityKeyIdentifier(keyIdentifier(content.issuerKey)),
  ]
  if (content.authority) {
    return [
      // No authorities below this one.
      critical(basicConstraints({ authority: true, pathLength: 0 })),
      critical(keyUsage(["keyCertSign", "cRLSign"])),
      ...common,
    ]
  }
  return [
    critical(basicConstraints({ authority: false })),
    critical(keyUsage(["digitalSignature"])),
    extendedKeyUsage([PURPOSE.serverAuth]),
    subjectAltName(content.names.map(alternativeName)),
    ...common,
  ]
}

const alternativeName = (value: string): GeneralName => ({
  kind: addressBytes(value) === undefined ? "dns" : "ip",
  value,
})
