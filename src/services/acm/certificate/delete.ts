import type { WriteTx } from "../../../kernel/transaction.ts"
import { onCertificate, onNames } from "../access.ts"
import { op, type Out } from "../define.ts"
import { conflict, inUse } from "../errors.ts"
import { cancelTimers } from "../renewal/plan.ts"
import { forget } from "../validation/record.ts"
import {
  certificateArn,
  certificates,
  change,
  findCertificate,
  type Certificate,
} from "./certificate.ts"
import { nextKeys, sealedKeys } from "./key.ts"
import { isInUse } from "./use.ts"

export const DeleteCertificate = op.write("DeleteCertificate", {
  authorize: onCertificate,
  run(tx, input, call): Out<"DeleteCertificate"> {
    const certificate = findCertificate(tx, input.CertificateArn, call)
    if (isInUse(tx, certificate)) throw inUse(input.CertificateArn, certificate.account)
    endWork(tx, certificate)
    const { account, region, id } = certificate
    for (const one of [sealedKeys, nextKeys]) tx.delete(one, [account, region, id])
    tx.delete(certificates, [account, region, id])
    return {}
  },
})

/** Nothing is to come of it any more. */
function endWork(tx: WriteTx, certificate: Certificate): void {
  cancelTimers(tx, certificate)
  if (certificate.method === "DNS") forget(tx, certificate, certificate.names)
}

export const RevokeCertificate = op.write("RevokeCertificate", {
  authorize: onNames,
  run(tx, input, call): Out<"RevokeCertificate"> {
    const certificate = findCertificate(tx, input.CertificateArn, call)
    if (isInUse(tx, certificate)) throw inUse(input.CertificateArn, certificate.account)
    const { type, status, isExportable } = certificate
    // "Revokes a public ACM certificate. You can only revoke certificates that have been
    // previously exported." The words, and whether a renewal ends that, are not verified.
    if (
      type !== "AMAZON_ISSUED" ||
      status !== "ISSUED" ||
      !isExportable ||
      !wasExported(certificate)
    )
      throw conflict(`The certificate ${input.CertificateArn} cannot be revoked.`)
    endWork(tx, certificate)
    const revoked = { atMs: tx.now, reason: input.RevocationReason }
    change(tx, certificate, {
      ...{ status: "REVOKED", revoked, end: undefined, renewalTimer: undefined },
      warning: undefined,
    })
    return { CertificateArn: certificateArn(certificate) }
  },
})

const wasExported = ({ isExported, renewal }: Certificate): boolean =>
  isExported || renewal?.status === "SUCCESS"
