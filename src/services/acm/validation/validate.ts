import { effect, job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { receive } from "../../../registry/receiver.ts"
import {
  certificateOf,
  change,
  refOf,
  type Certificate,
  type CertificateRef,
} from "../certificate/certificate.ts"
import { VALIDATION_MS } from "../limits.ts"
import { issueCertificate } from "../request/issue.ts"
import { awaited, forget, isThere, waitFor } from "./record.ts"

/** A record of the public DNS has come, changed or gone. */
export const dnsChanged = effect<{ readonly name: string }>("acm/dnsChanged")

/** More certificates that wait for one record than there are. */
const WAITING = 1_000

export const onDnsChanged = receive(dnsChanged, {
  run(tx, { name }) {
    const prefix = [name.toLowerCase().replace(/\.$/, "")]
    for (const ref of tx.scan(awaited, { prefix, limit: WAITING }).rows) {
      const certificate = certificateOf(tx, ref)
      if (certificate) validate(tx, certificate)
    }
  },
  retry: { attempts: 1, backoffMs: [] },
})

/** Begins to wait for the proofs of a request, until its time is over. */
export function beginValidation(tx: WriteTx, certificate: Certificate): void {
  const end = tx.schedule(timeOut, refOf(certificate), tx.now + VALIDATION_MS)
  const waiting = change(tx, certificate, { end })
  if (certificate.method !== "DNS") return
  waitFor(tx, certificate, certificate.names)
  // "The same CNAME record" may be there from an earlier certificate.
  validate(tx, waiting)
}

/** Looks which names are proven now; when all are, the certificate is issued or renewed. */
function validate(tx: WriteTx, certificate: Certificate): void {
  if (certificate.status === "ISSUED") renewWhenProven(tx, certificate)
  if (certificate.status !== "PENDING_VALIDATION") return
  const validations = certificate.validations.map((one) => {
    const isProven = one.status === "SUCCESS" || isThere(tx, certificate.account, one.domain)
    return isProven ? ({ ...one, status: "SUCCESS" } as const) : one
  })
  const changed = change(tx, certificate, { validations })
  if (validations.every(({ status }) => status === "SUCCESS")) proven(tx, changed)
}

/** Mail is approved by the one who gets it; `domain`: only that name. */
export function approve(tx: WriteTx, certificate: Certificate, domain?: string): void {
  const validations = certificate.validations.map((one) =>
    domain === undefined || one.domain === domain ? ({ ...one, status: "SUCCESS" } as const) : one,
  )
  const changed = change(tx, certificate, { validations })
  if (validations.every(({ status }) => status === "SUCCESS")) {
    if (changed.status === "PENDING_VALIDATION") proven(tx, changed)
    else if (isPendingRenewal(changed)) startRenewal(tx, changed)
  }
}

function proven(tx: WriteTx, certificate: Certificate): void {
  if (certificate.end) tx.cancel(certificate.end)
  forget(tx, certificate, certificate.names)
  change(tx, certificate, { end: undefined })
  tx.schedule(issueCertificate, refOf(certificate), tx.now)
}

const isPendingRenewal = ({ renewal }: Certificate): boolean =>
  renewal?.status === "PENDING_VALIDATION"

/** "The CNAME record must remain in place" for renewals. Whether it is. */
export function renewWhenProven(tx: WriteTx, certificate: Certificate): boolean {
  const { account, names } = certificate
  const isProven =
    isPendingRenewal(certificate) && names.every((name) => isThere(tx, account, name))
  if (isProven) startRenewal(tx, certificate)
  return isProven
}

export function startRenewal(tx: WriteTx, certificate: Certificate): void {
  forget(tx, certificate, certificate.names)
  change(tx, certificate, {
    renewal: { status: "PENDING_AUTO_RENEWAL", updatedMs: tx.now },
  })
  tx.schedule(issueCertificate, refOf(certificate), tx.now)
}

export const timeOut = job<CertificateRef>("acm/timeOut", {
  run(tx, ref) {
    const certificate = certificateOf(tx, ref)
    if (certificate?.status !== "PENDING_VALIDATION") return
    forget(tx, certificate, certificate.names)
    change(tx, certificate, { status: "VALIDATION_TIMED_OUT", end: undefined })
  },
})
