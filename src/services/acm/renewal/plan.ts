import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import {
  certificateOf,
  change,
  refOf,
  type Certificate,
  type CertificateRef,
} from "../certificate/certificate.ts"
import type { Content } from "../certificate/content.ts"
import { daysBeforeExpiry } from "../account/days-before-expiry.ts"
import {
  daysToExpiry,
  tellApproaching,
  tellAvailable,
  tellExpired,
  type AvailableAction,
} from "../events/events.ts"
import { DAY_MS, EXPIRY_DAYS, PRIVATE_RENEWAL_MS, PUBLIC_RENEWAL_MS } from "../limits.ts"

/** Job names are told to timers only: the renewal itself imports this file. */
export const lookAtRenewalName = "acm/lookAtRenewal"

/** The end of a certificate. */
export const expireCertificate = job<CertificateRef>("acm/expireCertificate", {
  run(tx, ref) {
    const certificate = certificateOf(tx, ref)
    if (certificate?.status !== "ISSUED" || !certificate.content) return
    if (certificate.content.notAfterMs > tx.now) return
    const { renewal } = certificate
    cancelTimers(tx, certificate)
    const expired = change(tx, certificate, {
      ...{ status: "EXPIRED", end: undefined, renewalTimer: undefined, warning: undefined },
      // What was begun has not come to its end in time.
      ...(renewal &&
        renewal.status !== "SUCCESS" && {
          renewal: { ...renewal, status: "FAILED", updatedMs: tx.now } as const,
        }),
    })
    tellExpired(tx, expired)
  },
})

/** Once a day from the earliest day on which accounts can want to be told. */
export const warnOfEnd = job<CertificateRef>("acm/warnOfEnd", {
  run(tx, ref) {
    const certificate = certificateOf(tx, ref)
    if (certificate?.status !== "ISSUED") return
    if (daysToExpiry(tx, certificate) <= daysBeforeExpiry(tx, certificate))
      tellApproaching(tx, certificate)
    const warning = tx.schedule(warnOfEnd, refOf(ref), tx.now + DAY_MS)
    change(tx, certificate, { warning })
  },
})

/** What is to come of a certificate by itself. */
export function cancelTimers(tx: WriteTx, { end, renewalTimer, warning }: Certificate): void {
  for (const timer of [end, renewalTimer, warning]) if (timer) tx.cancel(timer)
}

interface InForce extends Partial<Certificate> {
  readonly content: Content
}

/** Puts a certificate in force: plans its end, and when renewal is looked at. */
export function inForce(
  tx: WriteTx,
  old: Certificate,
  { action, ...more }: InForce & { readonly action: AvailableAction },
): Certificate {
  cancelTimers(tx, old)
  const { notAfterMs } = more.content
  const before = old.type === "PRIVATE" ? PRIVATE_RENEWAL_MS : PUBLIC_RENEWAL_MS
  const at = (ms: number): number => Math.max(tx.now, notAfterMs - ms)
  const ref = refOf(old)
  const changed = change(tx, old, {
    ...more,
    end: tx.schedule(expireCertificate, ref, notAfterMs),
    warning: tx.schedule(warnOfEnd, ref, at(EXPIRY_DAYS.most * DAY_MS)),
    renewalTimer:
      old.type === "IMPORTED"
        ? undefined
        : tx.schedule({ name: lookAtRenewalName }, ref, at(before)),
  })
  tellAvailable(tx, changed, action)
  return changed
}
