import {
  isIssuedBy,
  isSelfSigned,
  readCertificate,
  sameBytes,
  serialText,
  type Certificate,
} from "../../../engines/x509/certificate.ts"
import { DerError } from "../../../engines/x509/der-reader.ts"
import { readBasicConstraints, readKeyUsage } from "../../../engines/x509/extension.ts"
import { pem, pemBlocks } from "../../../engines/x509/pem.ts"
import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { onAuthority } from "../access.ts"
import { op, type Out } from "../define.ts"
import { badCertificate, otherKey, prohibited, wrongState } from "../errors.ts"
import { planList } from "../revocation/list.ts"
import {
  authorities,
  authorityArn,
  authorityOf,
  findAuthority,
  refOf,
  type Authority,
  type AuthorityRef,
  type Installed,
} from "./authority.ts"
import { assertStatus } from "./state.ts"

export const ImportCertificateAuthorityCertificate = op.write(
  "ImportCertificateAuthorityCertificate",
  {
    authorize: onAuthority,
    run(tx, input, call): Out<"ImportCertificateAuthorityCertificate"> {
      const authority = findAuthority(tx, input.CertificateAuthorityArn, call)
      const states = ["PENDING_CERTIFICATE", "ACTIVE", "DISABLED", "EXPIRED"] as const
      assertStatus(authority, states, "to import a certificate")
      const [certificate, ...others] = certificatesIn(input.Certificate)
      if (!certificate || others.length > 0)
        throw badCertificate("The certificate must be one certificate in PEM format.")
      const chain = input.CertificateChain?.length ? certificatesIn(input.CertificateChain) : []
      if (!sameBytes(certificate.publicKey, Buffer.from(authority.publicKey, "base64")))
        throw otherKey()
      const pathLength = wellFormed(() => {
        assertChain(authority, certificate, chain)
        return assertAuthority(certificate, tx.now)
      })
      install(tx, authority, {
        certificate: Buffer.from(certificate.der).toString("base64"),
        chain: chain.map(({ der }) => Buffer.from(der).toString("base64")),
        ...{ serial: serialText(certificate.serial), pathLength },
        ...{ notBeforeMs: certificate.notBeforeMs, notAfterMs: certificate.notAfterMs },
      })
      return {}
    },
  },
)

/** The certificates of a PEM text. Throws MalformedCertificateException. */
function certificatesIn(bytes: Uint8Array): readonly Certificate[] {
  const blocks = pemBlocks(Buffer.from(bytes).toString("latin1"))
  if (!blocks?.every(({ label }) => label === "CERTIFICATE"))
    throw badCertificate("One or more fields in the certificate are invalid: PEM is expected.")
  return wellFormed(() => blocks.map(({ der }) => readCertificate(der)))
}

/** Throws MalformedCertificateException for what is no DER. */
function wellFormed<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof DerError)
      throw badCertificate("One or more fields in the certificate are invalid.")
    throw error
  }
}

/** How many authorities may stand below it. The words are not verified. */
function assertAuthority(one: Certificate, now: number): number | undefined {
  const constraints = readBasicConstraints(one.extensions)
  if (!constraints?.authority)
    throw badCertificate("The certificate is not one of a certificate authority.")
  const usage = readKeyUsage(one.extensions)
  if (usage && !usage.includes("keyCertSign"))
    throw badCertificate("The key usage of the certificate must include keyCertSign.")
  if (one.notAfterMs <= now) throw badCertificate("The certificate has expired.")
  return constraints.pathLength
}

/** "The chain must be ordered from the issuer upwards", to a root. The words are not verified. */
function assertChain(
  authority: Authority,
  certificate: Certificate,
  chain: readonly Certificate[],
): void {
  if (authority.type === "ROOT") {
    if (chain.length > 0) throw prohibited("A root CA certificate has no certificate chain.")
    if (!isSelfSigned(certificate)) throw otherKey()
    return
  }
  if (isSelfSigned(certificate))
    throw prohibited("The certificate of a subordinate CA must not be self-signed.")
  let below = certificate
  for (const [at, issuer] of chain.entries()) {
    if (!isIssuedBy(below, issuer)) throw otherKey()
    const constraints = readBasicConstraints(issuer.extensions)
    // A version 1 root says nothing.
    if (constraints && (!constraints.authority || (constraints.pathLength ?? at) < at))
      throw otherKey()
    below = issuer
  }
  if (below === certificate || !isSelfSigned(below))
    throw badCertificate("The certificate chain must end with a root certificate.")
}

/** Puts a certificate in force: what was pending or expired is active by it. */
function install(tx: WriteTx, old: Authority, installed: Installed): void {
  if (old.expiry) tx.cancel(old.expiry)
  const status = old.status === "DISABLED" ? "DISABLED" : "ACTIVE"
  const expiry = tx.schedule(expireAuthority, refOf(old), installed.notAfterMs)
  const changed = { ...old, status, installed, expiry, changedMs: tx.now } as const
  tx.replace(authorities, old, changed)
  planList(tx, changed, tx.now)
}

/** The certificate has come to its end. */
export const expireAuthority = job<AuthorityRef>("acm-pca/expireAuthority", {
  run(tx, ref) {
    const authority = authorityOf(tx, ref)
    if (!authority?.installed || authority.installed.notAfterMs > tx.now) return
    const { deletion, status } = authority
    if (deletion) {
      tx.replace(authorities, authority, {
        ...authority,
        deletion: { ...deletion, from: "EXPIRED" },
      })
    } else if (status === "ACTIVE" || status === "DISABLED") {
      tx.replace(authorities, authority, { ...authority, status: "EXPIRED", changedMs: tx.now })
    }
  },
})

export const GetCertificateAuthorityCertificate = op.read("GetCertificateAuthorityCertificate", {
  authorize: onAuthority,
  run(tx, input, call): Out<"GetCertificateAuthorityCertificate"> {
    const authority = findAuthority(tx, input.CertificateAuthorityArn, call)
    const { installed, status } = authority
    // The words are quoted, though they speak of the request.
    if (!installed || status === "DELETED")
      throw wrongState(authorityArn(authority), "to have a certificate signing request")
    return {
      Certificate: certificateText(installed.certificate),
      ...(installed.chain.length > 0 && { CertificateChain: chainText(installed.chain) }),
    }
  },
})

/** PEM without a newline at its end, as AWS's answers have it (not verified). */
export const certificateText = (base64: string): string =>
  pem("CERTIFICATE", Buffer.from(base64, "base64")).trimEnd()

export const chainText = (chain: readonly string[]): string => chain.map(certificateText).join("\n")
