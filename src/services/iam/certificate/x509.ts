import { createPrivateKey, X509Certificate } from "node:crypto"
import type { AwsError } from "../../../protocols/aws-error.ts"
import { op } from "../define.ts"

const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+?-----END CERTIFICATE-----/g

/** The only certificate of a PEM text. Throws MalformedCertificate. */
export function parseCertificate(pem: string): X509Certificate {
  const [certificate, ...more] = certificatesOf(pem)
  if (!certificate || more.length > 0) throw malformed()
  return certificate
}

/** Throws KeyPairMismatch, and MalformedCertificate for what is no private key in PEM. */
export function assertKeyOf(certificate: X509Certificate, pem: string): void {
  let matches: boolean
  try {
    matches = certificate.checkPrivateKey(createPrivateKey(pem))
  } catch {
    // Not verified.
    throw op.error(
      "MalformedCertificateException",
      "Unable to parse private key. Please ensure the private key is in PEM format and not encrypted.",
    )
  }
  // Not verified.
  if (!matches)
    throw op.error("KeyPairMismatchException", "The private key does not match the certificate.")
}

/** Each certificate of a chain issued the one before it. Throws MalformedCertificate. */
export function assertChain(certificate: X509Certificate, pem: string): void {
  const chain = certificatesOf(pem)
  if (chain.length === 0) throw malformed()
  let issued = certificate
  for (const [index, issuer] of chain.entries()) {
    if (!issued.checkIssued(issuer) || !issued.verify(issuer.publicKey))
      throw op.error(
        "MalformedCertificateException",
        `Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, followed by any intermediaries in order. The index within the chain of the invalid certificate is: ${index}`,
      )
    issued = issuer
  }
}

function certificatesOf(pem: string): readonly X509Certificate[] {
  try {
    return (pem.match(PEM) ?? []).map((text) => new X509Certificate(text))
  } catch {
    throw malformed()
  }
}

/** As users of AWS quote it. */
const malformed = (): AwsError =>
  op.error(
    "MalformedCertificateException",
    "Unable to parse certificate. Please ensure the certificate is in PEM format.",
  )
