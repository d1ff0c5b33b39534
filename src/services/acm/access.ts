import type { AccessRequest } from "../../iam/access.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import type { Call } from "../../registry/call.ts"
import { certificateResource, lookUp, type Certificate } from "./certificate/certificate.ts"
import { asks } from "./define.ts"

interface OnCertificate {
  readonly CertificateArn: string
}

const ask = asks.on<Certificate, OnCertificate>(
  certificateResource,
  (tx, { CertificateArn }, call) => lookUp(tx, CertificateArn, call) ?? CertificateArn,
)

/** Asks for the operation's action on the certificate that an ARN names. */
export const onCertificate = (tx: ReadTx, input: OnCertificate, call: Call): AccessRequest =>
  ask(tx, input, call)

/** Also by the names in it: `acm:DomainNames`. */
export function onNames(tx: ReadTx, input: OnCertificate, call: Call): AccessRequest {
  const request = ask(tx, input, call)
  const names = lookUp(tx, input.CertificateArn, call)?.names
  if (!names) return request
  return { ...request, context: { ...request.context, "acm:DomainNames": names } }
}
