import { onCertificate } from "../access.ts"
import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid, wrongState } from "../errors.ts"
import { change, findCertificate, lookUp } from "./certificate.ts"

function onOptions(tx: ReadTx, input: In<"UpdateCertificateOptions">, call: Call): AccessRequest {
  const request = onCertificate(tx, input, call)
  const method = lookUp(tx, input.CertificateArn, call)?.method
  if (method === undefined) return request
  return { ...request, context: { ...request.context, "acm:ValidationMethod": method } }
}

export const UpdateCertificateOptions = op.write("UpdateCertificateOptions", {
  authorize: onOptions,
  run(tx, input, call): Out<"UpdateCertificateOptions"> {
    const certificate = findCertificate(tx, input.CertificateArn, call)
    const { CertificateTransparencyLoggingPreference: logging, Export } = input.Options
    // "You cannot update the value of Export after the certificate is created." Not verified: words.
    if (Export !== undefined && (Export === "ENABLED") !== certificate.isExportable)
      throw invalid("The value of Export cannot be changed after the certificate is created.")
    // The words are not verified.
    if (certificate.type !== "AMAZON_ISSUED" || certificate.status !== "ISSUED")
      throw wrongState(`The options of ${input.CertificateArn} cannot be changed in its state.`)
    if (logging !== undefined) change(tx, certificate, { isLogged: logging === "ENABLED" })
    return {}
  },
})
