import { job } from "../../../kernel/later/later.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { onCertificate } from "../access.ts"
import {
  certificateArn,
  certificateOf,
  change,
  findCertificate,
  refOf,
  type Certificate,
  type CertificateRef,
} from "../certificate/certificate.ts"
import { isInUse } from "../certificate/use.ts"
import { tellActionRequired } from "../events/events.ts"
import { op, type Out } from "../define.ts"
import { inProgress, invalid } from "../errors.ts"
import { RENEWAL_EVERY_MS } from "../limits.ts"
import { waitFor } from "../validation/record.ts"
import { renewWhenProven, startRenewal } from "../validation/validate.ts"
import { lookAtRenewalName } from "./plan.ts"

/** ("Managed certificate renewal": in use or exported, not imported, not expired.) */
export const isEligible = (tx: ReadTx, certificate: Certificate): boolean =>
  certificate.type !== "IMPORTED" &&
  certificate.status === "ISSUED" &&
  (certificate.isExported || isInUse(tx, certificate))

/** Once a day from the day on which renewal begins, until the certificate is renewed or over. */
export const lookAtRenewal = job<CertificateRef>(lookAtRenewalName, {
  run(tx, ref) {
    const certificate = certificateOf(tx, ref)
    if (certificate?.status !== "ISSUED") return
    const renewalTimer = tx.schedule(lookAtRenewal, refOf(ref), tx.now + RENEWAL_EVERY_MS)
    const planned = change(tx, certificate, { renewalTimer })
    if (isEligible(tx, planned) && planned.renewal?.status !== "PENDING_AUTO_RENEWAL")
      renew(tx, planned)
  },
})

/** Private ones need no proof; of the others the record must still be there, or mail is approved. */
function renew(tx: WriteTx, certificate: Certificate): void {
  if (certificate.type === "PRIVATE") return startRenewal(tx, certificate)
  const isWaiting = certificate.renewal?.status === "PENDING_VALIDATION"
  const waiting = isWaiting
    ? certificate
    : change(tx, certificate, {
        renewal: { status: "PENDING_VALIDATION", updatedMs: tx.now },
        validations: certificate.validations.map((one) => ({
          ...one,
          status: "PENDING_VALIDATION",
        })),
      })
  if (!isWaiting && certificate.method !== "DNS") tellActionRequired(tx, waiting)
  if (certificate.method !== "DNS") return
  waitFor(tx, certificate, certificate.names)
  if (!renewWhenProven(tx, waiting) && !isWaiting) tellActionRequired(tx, waiting)
}

export const RenewCertificate = op.write("RenewCertificate", {
  authorize: onCertificate,
  run(tx, input, call): Out<"RenewCertificate"> {
    const certificate = findCertificate(tx, input.CertificateArn, call)
    // "You can only renew certificates that have been previously exported." Words not verified.
    const isOurs = certificate.type !== "IMPORTED" && certificate.status === "ISSUED"
    if (!isOurs || !certificate.isExported)
      throw invalid(`The certificate ${input.CertificateArn} is not eligible for renewal.`)
    if (certificate.renewal?.status === "PENDING_AUTO_RENEWAL")
      throw inProgress(certificateArn(certificate))
    renew(tx, certificate)
    return {}
  },
})
