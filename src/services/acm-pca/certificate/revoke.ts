import type { RevocationReason } from "../../../engines/x509/revocation-list.ts"
import { readCertificate, isSelfSigned } from "../../../engines/x509/certificate.ts"
import { onAuthority } from "../access.ts"
import { findAuthority } from "../authority/authority.ts"
import { assertStatus } from "../authority/state.ts"
import { op, type Out } from "../define.ts"
import { alreadyRevoked, noCertificate, prohibited } from "../errors.ts"
import { LIST_DELAY_MS } from "../limits.ts"
import { planList } from "../revocation/list.ts"
import { findIssued, issued } from "./issued.ts"

export const RevokeCertificate = op.write("RevokeCertificate", {
  authorize: onAuthority,
  run(tx, input, call): Out<"RevokeCertificate"> {
    const authority = findAuthority(tx, input.CertificateAuthorityArn, call)
    // Not verified: whether a disabled CA revokes.
    assertStatus(authority, ["ACTIVE", "DISABLED"], "to revoke certificates")
    // With and without colons; OpenSSL writes capitals.
    const serial = input.CertificateSerial.replaceAll(":", "").toLowerCase()
    const found = findIssued(tx, authority, serial)
    if (!found) throw noCertificate(input.CertificateSerial)
    if (isSelfSigned(readCertificate(Buffer.from(found.certificate, "base64"))))
      // As Terraform's provider knows it.
      throw prohibited("Self-signed certificate can not be revoked")
    if (found.revoked) throw alreadyRevoked()
    const reason = input.RevocationReason as RevocationReason
    tx.replace(issued, found, { ...found, revoked: { atMs: tx.now, reason } })
    planList(tx, authority, tx.now + LIST_DELAY_MS)
    return {}
  },
})
