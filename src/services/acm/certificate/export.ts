import { onNames } from "../access.ts"
import { op, type Out } from "../define.ts"
import { inProgress, invalid } from "../errors.ts"
import { change, findCertificate } from "./certificate.ts"
import { certificateText, chainText } from "./content.ts"
import { privateKeyOf } from "./key.ts"

export const ExportCertificate = op.write("ExportCertificate", {
  authorize: onNames,
  run(tx, input, call): Out<"ExportCertificate"> {
    const { CertificateArn: arn } = input
    const certificate = findCertificate(tx, arn, call)
    // Quoted.
    if (certificate.type !== "PRIVATE" && !certificate.isExportable)
      throw invalid(`Certificate ARN: ${arn} is not a private certificate`)
    const { content, status } = certificate
    if (!content || status !== "ISSUED") throw inProgress(arn)
    const PrivateKey = privateKeyOf(tx, certificate).export({
      ...{ type: "pkcs8", format: "pem", cipher: "aes-256-cbc" },
      passphrase: Buffer.from(input.Passphrase),
    })
    if (!certificate.isExported) change(tx, certificate, { isExported: true })
    const CertificateChain = chainText(content)
    return {
      ...{ Certificate: certificateText(content), PrivateKey },
      ...(CertificateChain !== undefined && { CertificateChain }),
    }
  },
})
