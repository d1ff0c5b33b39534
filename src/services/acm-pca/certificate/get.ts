import { readCertificate, isSelfSigned } from "../../../engines/x509/certificate.ts"
import { onAuthority } from "../access.ts"
import { authorityArn, findAuthority } from "../authority/authority.ts"
import { certificateText, chainText } from "../authority/install.ts"
import { op, type Out } from "../define.ts"
import { noCertificate, wrongState } from "../errors.ts"
import { findIssued, serialInArn } from "./issued.ts"

export const GetCertificate = op.read("GetCertificate", {
  authorize: onAuthority,
  run(tx, input, call): Out<"GetCertificate"> {
    const authority = findAuthority(tx, input.CertificateAuthorityArn, call)
    const serial = serialInArn(input.CertificateArn)
    if (authority.status === "DELETED")
      throw wrongState(authorityArn(authority), "to have issued certificates")
    const found = findIssued(tx, authority, serial)
    if (!found || !input.CertificateArn.startsWith(`${authorityArn(authority)}/`))
      throw noCertificate(input.CertificateArn)
    const Certificate = certificateText(found.certificate)
    const { installed } = authority
    const isRoot = isSelfSigned(readCertificate(Buffer.from(found.certificate, "base64")))
    if (!installed || isRoot) return { Certificate }
    return {
      Certificate,
      CertificateChain: chainText([installed.certificate, ...installed.chain]),
    }
  },
})
