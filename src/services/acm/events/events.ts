import type { WriteTx } from "../../../kernel/transaction.ts"
import { bridgeOf, type BridgeEvent } from "../../../registry/event-bridge.ts"
import { certificateArn, type Certificate } from "../certificate/certificate.ts"
import { isInUse } from "../certificate/use.ts"
import { ACM } from "../define.ts"
import { DAY_MS } from "../limits.ts"

/** What EventBridge is told ("Amazon EventBridge support for ACM"). */
const { tellBridge, onTellBridge } = bridgeOf("acm", ACM)
export { onTellBridge }

export type AvailableAction = "ISSUANCE" | "RENEWAL" | "IMPORT" | "REIMPORT"

export const tellAvailable = (tx: WriteTx, one: Certificate, Action: AvailableAction): void =>
  tell(tx, one, {
    ...{ type: "ACM Certificate Available", detail: { Action, ...facts(tx, one) } },
  })

export const tellExpired = (tx: WriteTx, one: Certificate): void =>
  tell(tx, one, { type: "ACM Certificate Expired", detail: facts(tx, one) })

export const tellApproaching = (tx: WriteTx, one: Certificate): void =>
  tell(tx, one, {
    type: "ACM Certificate Approaching Expiration",
    detail: { DaysToExpiry: daysToExpiry(tx, one), CommonName: one.domain },
  })

export const tellActionRequired = (tx: WriteTx, one: Certificate): void =>
  tell(tx, one, { type: "ACM Certificate Renewal Action Required", detail: facts(tx, one) })

function tell(
  tx: WriteTx,
  one: Certificate,
  { type, detail }: Pick<BridgeEvent, "type" | "detail">,
): void {
  const { account, region } = one
  tx.emit(tellBridge, { account, region, time: tx.now, type, arn: certificateArn(one), detail })
}

export const daysToExpiry = ({ now }: WriteTx, { content }: Certificate): number =>
  Math.floor(((content?.notAfterMs ?? now) - now) / DAY_MS)

/** Those that the events about one certificate share. */
function facts(tx: WriteTx, one: Certificate): object {
  const { content, method, renewal } = one
  return {
    ...{ CertificateType: one.type, CommonName: one.domain },
    ...(method !== undefined && { DomainValidationMethod: method }),
    CertificateCreatedDate: new Date(one.createdMs).toISOString(),
    CertificateExpirationDate: new Date(content?.notAfterMs ?? tx.now).toISOString(),
    ...{ DaysToExpiry: daysToExpiry(tx, one), InUse: isInUse(tx, one), Exported: one.isExported },
    ...(renewal?.reason !== undefined && { RenewalStatusReason: renewal.reason }),
  }
}
