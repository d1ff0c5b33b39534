import type { WriteTx } from "../../../kernel/transaction.ts"
import { onCertificate } from "../access.ts"
import {
  certificateOf,
  change,
  findCertificate,
  parseCertificateArn,
} from "../certificate/certificate.ts"
import { op, type Out } from "../define.ts"
import { badDomains, wrongState } from "../errors.ts"
import { assertAbove } from "../request/names.ts"
import { approve } from "./validate.ts"

export const ResendValidationEmail = op.write("ResendValidationEmail", {
  authorize: onCertificate,
  run(tx, input, call): Out<"ResendValidationEmail"> {
    const certificate = findCertificate(tx, input.CertificateArn, call)
    const [domain, at] = [input.Domain.toLowerCase(), input.ValidationDomain.toLowerCase()]
    const isWaiting =
      certificate.status === "PENDING_VALIDATION" ||
      certificate.renewal?.status === "PENDING_VALIDATION"
    // The words are not verified.
    if (certificate.method !== "EMAIL" || !isWaiting)
      throw wrongState(`The certificate ${input.CertificateArn} does not wait for mail.`)
    if (!certificate.names.includes(domain))
      throw badDomains(`${domain} is not a name of the certificate.`)
    assertAbove(domain, at)
    const validations = certificate.validations.map((one) =>
      one.domain === domain ? { ...one, validationDomain: at } : one,
    )
    change(tx, certificate, { validations })
    return {}
  },
})

/**
 * What the link in the mail does: approves all names, or one. Throws RangeError where nothing waits
 * for it, or the ARN is none.
 */
export function approveByMail(tx: WriteTx, arn: string, domain: string | undefined): void {
  const certificate = certificateOf(tx, refOfArn(arn))
  const isWaiting =
    certificate?.method === "EMAIL" &&
    certificate.validations.some(({ status }) => status === "PENDING_VALIDATION") &&
    (certificate.status === "PENDING_VALIDATION" ||
      certificate.renewal?.status === "PENDING_VALIDATION")
  if (!certificate || !isWaiting) throw new RangeError(`no certificate ${arn} waits for mail`)
  if (domain !== undefined && !certificate.names.includes(domain.toLowerCase()))
    throw new RangeError(`${domain} is not a name of ${arn}`)
  approve(tx, certificate, domain?.toLowerCase())
}

function refOfArn(arn: string) {
  try {
    return parseCertificateArn(arn)
  } catch {
    throw new RangeError(`${arn} is not the ARN of a certificate`)
  }
}
