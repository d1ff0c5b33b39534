import { createPublicKey, type KeyObject } from "node:crypto"
import type { CertificateOrder } from "../../kernel/outside.ts"
import { serialOf, signCertificate } from "../x509/certificate.ts"
import {
  authorityKeyIdentifier,
  basicConstraints,
  critical,
  extendedKeyUsage,
  keyIdentifier,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from "../x509/extension.ts"
import { writeName } from "../x509/name.ts"
import { ATTRIBUTE, PURPOSE } from "../x509/object-ids.ts"
import { pem } from "../x509/pem.ts"

/** Who certifies: the local authority. */
export interface Certifier {
  readonly key: KeyObject
  /** Its name in DER, and what identifies its key. */
  readonly name: Uint8Array
  readonly keyId: Uint8Array
}

/** Characters of a common name (RFC 5280 appendix A). */
const COMMON_NAME = 64

/** A certificate of a server or client, as public authorities issue them. PEM. */
export function certify(
  order: CertificateOrder,
  { key, name, keyId }: Certifier,
  random: Uint8Array,
): string {
  const [first = ""] = order.names
  const spki = Buffer.from(order.publicKey)
  const isRsa =
    createPublicKey({ key: spki, format: "der", type: "spki" }).asymmetricKeyType === "rsa"
  const der = signCertificate(
    {
      ...{ serial: serialOf(random), issuer: name, publicKey: order.publicKey },
      ...{ notBeforeMs: order.notBeforeMs, notAfterMs: order.notAfterMs },
      subject: writeName(
        first.length > COMMON_NAME ? [] : [{ type: ATTRIBUTE.commonName, value: first }],
      ),
      extensions: [
        critical(basicConstraints({ authority: false })),
        critical(keyUsage(isRsa ? ["digitalSignature", "keyEncipherment"] : ["digitalSignature"])),
        extendedKeyUsage([PURPOSE.serverAuth, PURPOSE.clientAuth]),
        subjectAltName(order.names.map((value) => ({ kind: "dns", value }) as const)),
        subjectKeyIdentifier(keyIdentifier(order.publicKey)),
        authorityKeyIdentifier(keyId),
      ],
    },
    { key, algorithm: "SHA256WITHECDSA" },
  )
  return pem("CERTIFICATE", der)
}
