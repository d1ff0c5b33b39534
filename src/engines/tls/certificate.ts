import { hash, type KeyObject, sign } from "node:crypto"
import {
  bits,
  boolean,
  explicit,
  implicit,
  integer,
  objectId,
  octets,
  sequence,
  set,
  time,
  utf8,
} from "./der.ts"

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

// RFC 5758 section 3.2, RFC 5280 appendix A and section 4.2.
const ECDSA_WITH_SHA256 = objectId("1.2.840.10045.4.3.2")
const ORGANIZATION = objectId("2.5.4.10")
const COMMON_NAME = objectId("2.5.4.3")
const SUBJECT_KEY_IDENTIFIER = objectId("2.5.29.14")
const KEY_USAGE = objectId("2.5.29.15")
const SUBJECT_ALT_NAME = objectId("2.5.29.17")
const BASIC_CONSTRAINTS = objectId("2.5.29.19")
const AUTHORITY_KEY_IDENTIFIER = objectId("2.5.29.35")
const EXTENDED_KEY_USAGE = objectId("2.5.29.37")
const SERVER_AUTH = objectId("1.3.6.1.5.5.7.3.1")

/** Issues an X.509 certificate (RFC 5280), signed by an ECDSA key on P-256. PEM. */
export function issueCertificate(content: CertificateContent, issuerPrivateKey: KeyObject): string {
  const algorithm = sequence(ECDSA_WITH_SHA256)
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(content.serial),
    algorithm,
    distinguishedName(content.issuer),
    sequence(time(content.notBefore), time(content.notAfter)),
    distinguishedName(content.subject),
    content.publicKey.export({ type: "spki", format: "der" }),
    explicit(3, sequence(...extensions(content))),
  )
  const signature = sign("sha256", toBeSigned, issuerPrivateKey)
  return pem("CERTIFICATE", sequence(toBeSigned, algorithm, bits(signature)))
}

/** What identifies a key: the first 20 bytes of the SHA-256 of its bits (RFC 7093, method 1). */
export function keyIdentifier(publicKey: KeyObject): Uint8Array {
  const info = publicKey.export({ type: "spki", format: "der" })
  // The point of P-256, uncompressed, ends the structure.
  return hash("sha256", info.subarray(-65), "buffer").subarray(0, 20)
}

function distinguishedName({ organization, commonName }: DistinguishedName): Uint8Array {
  return sequence(
    set(sequence(ORGANIZATION, utf8(organization))),
    set(sequence(COMMON_NAME, utf8(commonName))),
  )
}

function extensions(content: CertificateContent): Uint8Array[] {
  const common = [
    extension(SUBJECT_KEY_IDENTIFIER, octets(keyIdentifier(content.publicKey))),
    extension(AUTHORITY_KEY_IDENTIFIER, sequence(implicit(0, keyIdentifier(content.issuerKey)))),
  ]
  if (content.authority) {
    return [
      // No authorities below this one.
      critical(BASIC_CONSTRAINTS, sequence(boolean(true), integer(Buffer.from([0])))),
      // keyCertSign and cRLSign.
      critical(KEY_USAGE, bits(Buffer.from([0b0000_0110]), 1)),
      ...common,
    ]
  }
  return [
    critical(BASIC_CONSTRAINTS, sequence()),
    // digitalSignature.
    critical(KEY_USAGE, bits(Buffer.from([0b1000_0000]), 7)),
    extension(EXTENDED_KEY_USAGE, sequence(SERVER_AUTH)),
    extension(SUBJECT_ALT_NAME, sequence(...content.names.map(alternativeName))),
    ...common,
  ]
}

function extension(id: Uint8Array, value: Uint8Array): Uint8Array {
  return sequence(id, octets(value))
}

function critical(id: Uint8Array, value: Uint8Array): Uint8Array {
  return sequence(id, boolean(true), octets(value))
}

function alternativeName(name: string): Uint8Array {
  const address = addressBytes(name)
  return address === undefined ? implicit(2, Buffer.from(name, "latin1")) : implicit(7, address)
}

/** The bytes of an IP address, or undefined when the text is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const parts = text.split(".").map(Number)
    return parts.every((part) => part < 256) ? Buffer.from(parts) : undefined
  }
  if (!text.includes(":") || !/^[0-9a-f:]+$/i.test(text)) return undefined
  const [head = "", tail, more] = text.split("::")
  if (more !== undefined) return undefined
  const front = head === "" ? [] : head.split(":")
  const back = tail === undefined || tail === "" ? [] : tail.split(":")
  const gap = 8 - front.length - back.length
  if (tail === undefined ? gap !== 0 : gap < 1) return undefined
  const groups = [...front, ...Array.from({ length: gap }, () => "0"), ...back]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  return Buffer.from(groups.map((group) => group.padStart(4, "0")).join(""), "hex")
}

function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`
}
