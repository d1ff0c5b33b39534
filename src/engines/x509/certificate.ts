import { explicit, integer, sequence, time } from "./der.ts"
import { childrenOf, expectTag, readOne, readSerial, readTime, TAG } from "./der-reader.ts"
import { assertDistinct, readExtensions, writeExtensions, type Extension } from "./extension.ts"
import {
  algorithmIdentifier,
  isSignedBy,
  readSigned,
  writeSigned,
  type Signed,
  type Signer,
} from "./signature.ts"

export interface CertificateContent {
  /** Positive, at most 20 bytes (RFC 5280 section 4.1.2.2). */
  readonly serial: Uint8Array
  /** Names in DER: an issuer's must be its own subject, byte by byte. */
  readonly issuer: Uint8Array
  readonly subject: Uint8Array
  /** Epoch milliseconds; certificates know whole seconds. */
  readonly notBeforeMs: number
  readonly notAfterMs: number
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  readonly extensions: readonly Extension[]
}

/** A certificate as it was read. */
export interface Certificate extends CertificateContent {
  readonly der: Uint8Array
  readonly signed: Signed
}

/** Issues an X.509 certificate of version 3 (RFC 5280), in DER. */
export function signCertificate(content: CertificateContent, signer: Signer): Uint8Array {
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(content.serial),
    algorithmIdentifier(signer.algorithm),
    content.issuer,
    sequence(time(content.notBeforeMs), time(content.notAfterMs)),
    content.subject,
    content.publicKey,
    explicit(3, writeExtensions(content.extensions)),
  )
  return writeSigned(toBeSigned, signer)
}

/** Reads a certificate of any version. Throws DerError. Signatures are not looked at. */
export function readCertificate(der: Uint8Array): Certificate {
  const { body, signed } = readSigned(der)
  const items = childrenOf(body)
  // Version 1 does not say which it is.
  if (items[0]?.tag === 0xa0) items.shift()
  const [serial, , issuer, validity, subject, publicKey, ...rest] = items
  const [notBefore, notAfter] = childrenOf(validity)
  const last = rest.find(({ tag }) => tag === 0xa3)
  const extensions = last ? readExtensions(readOne(last.content)) : []
  assertDistinct(extensions)
  return {
    der,
    serial: readSerial(serial),
    issuer: expectTag(issuer, TAG.sequence).whole,
    subject: expectTag(subject, TAG.sequence).whole,
    notBeforeMs: readTime(notBefore),
    notAfterMs: readTime(notAfter),
    publicKey: expectTag(publicKey, TAG.sequence).whole,
    extensions,
    signed,
  }
}

/** Whether `issuer` issued the certificate: by name and signature. */
export function isIssuedBy(one: Certificate, issuer: Certificate): boolean {
  return sameBytes(one.issuer, issuer.subject) && isSignedBy(one.signed, issuer.publicKey)
}

export const isSelfSigned = (one: Certificate): boolean => isIssuedBy(one, one)

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** `0a:1b:…`, as AWS writes serial numbers. */
export const serialText = (serial: Uint8Array): string =>
  (Buffer.from(serial).toString("hex").match(/../g) ?? []).join(":")

/** 16 random bytes as a serial number: the first is neither 0 nor above 127, so that all count. */
export function serialOf(random: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(random)
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40
  return bytes
}
