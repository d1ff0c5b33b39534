import type { ReadTx, WriteTx } from "../../kernel/transaction.ts"
import {
  certificateArn,
  certificateOf,
  parseCertificateArn,
  type CertificateRef,
} from "./certificate/certificate.ts"
import { certificateText, chainText } from "./certificate/content.ts"
import { privateKeyOf } from "./certificate/key.ts"
import { attach, detach } from "./certificate/use.ts"

export { dnsChanged } from "./validation/validate.ts"
export { approveByMail } from "./validation/email.ts"

/** What a listener presents. */
export interface TlsCertificate {
  readonly arn: string
  readonly names: readonly string[]
  /** PEM: PKCS #8, the certificate, and its issuers' ("" where there are none). */
  readonly privateKey: string
  readonly certificate: string
  readonly chain: string
  readonly notAfterMs: number
}

/** Where a listener is: it takes certificates of its own account and Region only. */
export type ListenerPlace = Omit<CertificateRef, "id">

/**
 * A certificate that listeners there may present, or nothing: it is not there, of another account
 * or Region, or not issued. Throws InvalidArnException.
 */
export function tlsCertificate(
  tx: ReadTx,
  arn: string,
  { account, region }: ListenerPlace,
): TlsCertificate | undefined {
  const ref = parseCertificateArn(arn)
  if (ref.account !== account || ref.region !== region) return undefined
  const found = certificateOf(tx, ref)
  const { content, status, names } = found ?? {}
  if (!found || !content || !names || (status !== "ISSUED" && status !== "EXPIRED"))
    return undefined
  return {
    ...{ arn: certificateArn(found), names, notAfterMs: content.notAfterMs },
    privateKey: privateKeyOf(tx, found).export({ type: "pkcs8", format: "pem" }),
    ...{ certificate: certificateText(content), chain: chainText(content) ?? "" },
  }
}

/** Notes that a resource uses a certificate: it cannot be deleted then, and is renewed. */
export const attachCertificate = (tx: WriteTx, arn: string, user: string): void =>
  attach(tx, parseCertificateArn(arn), user)

export const detachCertificate = (tx: WriteTx, arn: string, user: string): void =>
  detach(tx, parseCertificateArn(arn), user)
