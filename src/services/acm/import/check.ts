import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto"
import {
  isIssuedBy,
  isSelfSigned,
  readCertificate,
  type Certificate as Read,
} from "../../../engines/x509/certificate.ts"
import { DerError } from "../../../engines/x509/der-reader.ts"
import { readAltNames } from "../../../engines/x509/extension.ts"
import { keyAlgorithmOf } from "../../../engines/x509/key-pair.ts"
import { attributeOf } from "../../../engines/x509/name.ts"
import { ATTRIBUTE } from "../../../engines/x509/object-ids.ts"
import { pemBlocks } from "../../../engines/x509/pem.ts"
import { contentOf, type Content } from "../certificate/content.ts"
import type { In } from "../define.ts"
import { invalid } from "../errors.ts"

/** What is to be imported, as it was read. */
export interface Imported {
  readonly content: Content
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  readonly key: KeyObject
  readonly keyAlgorithm: string
  readonly names: readonly string[]
}

/** ("Prerequisites for importing ACM certificates".) The words are quoted unless they say else. */
export function checkImport(input: In<"ImportCertificate">, nowMs: number): Imported {
  try {
    return readImport(input, nowMs)
  } catch (error) {
    // What is in an extension is no DER.
    if (error instanceof DerError)
      throw invalid("The certificate is not PEM-encoded or is not valid.")
    throw error
  }
}

function readImport(input: In<"ImportCertificate">, nowMs: number): Imported {
  const certificates = readPem(input.Certificate)
  const [certificate] = certificates ?? []
  if (certificates?.length !== 1 || !certificate)
    throw invalid("The certificate is not PEM-encoded or is not valid.")
  const key = readKey(input.PrivateKey)
  const chain = input.CertificateChain ? readPem(input.CertificateChain) : []
  if (!chain) throw invalid("The certificate chain is not PEM-encoded or is not valid.")
  assertInTime(certificate, nowMs)
  const keyAlgorithm = keyAlgorithmOf(key)
  // Not verified.
  if (keyAlgorithm === undefined || keyAlgorithm.startsWith("ML_DSA"))
    throw invalid("The key algorithm of the certificate is not supported.")
  const own = createPublicKey(key).export({ type: "spki", format: "der" })
  if (!own.equals(certificate.publicKey))
    throw invalid("The provided certificate and private key do not match.")
  assertChain(certificate, chain)
  const content = contentOf(
    certificate.der,
    chain.map(({ der }) => der),
  )
  return { publicKey: own, content, key, keyAlgorithm, names: namesOf(certificate) }
}

/** Undefined for what is no text of certificates. */
function readPem(bytes: Uint8Array): readonly Read[] | undefined {
  const blocks = pemBlocks(Buffer.from(bytes).toString("latin1"))
  if (!blocks || blocks.length === 0 || blocks.some(({ label }) => label !== "CERTIFICATE"))
    return undefined
  try {
    return blocks.map(({ der }) => readCertificate(der))
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}

/** "The private key must be unencrypted." */
function readKey(bytes: Uint8Array): KeyObject {
  try {
    return createPrivateKey(Buffer.from(bytes))
  } catch {
    throw invalid("The private key is not PEM-encoded or is not valid.")
  }
}

function assertInTime({ notBeforeMs, notAfterMs }: Read, nowMs: number): void {
  if (notAfterMs < nowMs) throw invalid("The certificate has expired, is not valid.")
  if (notBeforeMs > nowMs) throw invalid("The certificate is not in effect yet, is not valid.")
}

function assertChain(certificate: Read, chain: readonly Read[]): void {
  if (chain.length === 0) {
    if (!isSelfSigned(certificate))
      throw invalid(
        "Provided certificate is not a valid self signed. Please provide either a valid self-signed certificate or certificate chain.",
      )
    return
  }
  let below = certificate
  for (const issuer of chain) {
    // Not verified.
    if (!isIssuedBy(below, issuer))
      throw invalid("Unable to validate certificate chain. The certificate chain is not in order.")
    below = issuer
  }
}

/** The common name, then the alternative names. */
function namesOf({ subject, extensions }: Read): readonly string[] {
  const named = readAltNames(extensions).flatMap((one) => (one.kind === "dns" ? [one.value] : []))
  const common = attributeOf(subject, ATTRIBUTE.commonName)
  return [...new Set([...(common === undefined ? [] : [common]), ...named])]
}
