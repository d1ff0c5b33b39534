import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import {
  certificateOf,
  change,
  refOf,
  type Certificate,
  type CertificateRef,
} from "../certificate/certificate.ts"
import { PRIVATE_RENEWAL_MS, PUBLIC_RENEWAL_MS } from "../limits.ts"

/** Job names are told to timers only: the renewal itself imports this file. */
export const lookAtRenewalName = "acm/lookAtRenewal"

/** The end of a certificate. */
export const expireCertificate = job<CertificateRef>("acm/expireCertificate", {
  run(tx, ref) {
    const certificate = certificateOf(tx, ref)
    if (certificate?.status !== "ISSUED" || !certificate.content) return
    if (certificate.content.notAfterMs > tx.now) return
    const { renewal, renewalTimer } = certificate
    if (renewalTimer) tx.cancel(renewalTimer)
    change(tx, certificate, {
      ...{ status: "EXPIRED", end: undefined, renewalTimer: undefined },
      // What was begun has not come to its end in time.
      ...(renewal &&
        renewal.status !== "SUCCESS" && {
          renewal: { ...renewal, status: "FAILED", updatedMs: tx.now } as const,
        }),
    })
  },
})

/** Puts a certificate in force: plans its end, and when renewal is looked at. */
export function inForce(
  tx: WriteTx,
  old: Certificate,
  more: Partial<Certificate> & Required<Pick<Certificate, "content">>,
): Certificate {
  if (old.end) tx.cancel(old.end)
  if (old.renewalTimer) tx.cancel(old.renewalTimer)
  const { notAfterMs } = more.content ?? { notAfterMs: tx.now }
  const end = tx.schedule(expireCertificate, refOf(old), notAfterMs)
  const renewalTimer =
    old.type === "IMPORTED"
      ? undefined
      : tx.schedule(
          { name: lookAtRenewalName },
          refOf(old),
          notAfterMs - (old.type === "PRIVATE" ? PRIVATE_RENEWAL_MS : PUBLIC_RENEWAL_MS),
        )
  return change(tx, old, { ...more, end, renewalTimer })
}
