import { effect } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { receive } from "../../../registry/receiver.ts"
import { certificateArn, type Certificate } from "../certificate/certificate.ts"
import { isInUse } from "../certificate/use.ts"
import { ACM } from "../define.ts"
import { DAY_MS } from "../limits.ts"

/** What EventBridge is told ("Amazon EventBridge support for ACM"). */
interface CertificateEvent {
  readonly account: string
  readonly region: string
  /** Epoch milliseconds. */
  readonly time: number
  readonly type: string
  readonly arn: string
  readonly detail: object
}

const tellBridge = effect<CertificateEvent>("acm/tellBridge")

export const onTellBridge = receive(tellBridge, {
  async perform(ctx, { account, region, time, type, arn, detail }) {
    const entry = { Source: "aws.acm", DetailType: type, Detail: JSON.stringify(detail) }
    const input = { Entries: [{ ...entry, Time: time, Resources: [arn] }] }
    const target = { service: "events", operation: "PutEvents", input, account, region }
    try {
      await ctx.call({ ...target, as: ACM, sourceArn: arn, sourceAccount: account })
    } catch (error) {
      // Where there is no EventBridge nobody can have a rule that waits for the event.
      if (!(error instanceof AwsError) || error.code !== "NotImplemented") throw error
    }
  },
  retry: { attempts: 4, backoffMs: [1_000, 5_000, 30_000] },
})

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
  { type, detail }: Pick<CertificateEvent, "type" | "detail">,
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
