import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Revocation } from "../../../engines/x509/revocation-list.ts"
import { authorityArn, type AuthorityRef } from "../authority/authority.ts"
import { invalidArn } from "../errors.ts"

/** A certificate that an authority has issued: kept as long as the authority, also when it is over. */
export interface Issued extends AuthorityRef {
  /** Hexadecimal digits. */
  readonly serial: string
  /** DER in base64. */
  readonly certificate: string
  readonly templateArn: string
  readonly issuedMs: number
  readonly notBeforeMs: number
  readonly notAfterMs: number
  /** The service that asked for it, `acm.amazonaws.com`. */
  readonly service?: string | undefined
  readonly revoked?: Revocation | undefined
  /** The list that it is bound to, where its authority has several. */
  readonly partition?: string | undefined
}

export const issued = table<Issued>("acm-pca/issued", {
  key: ({ account, region, id, serial }) => [account, region, id, serial],
  indexes: {
    revoked: ({ account, region, id, partition = "", revoked }) =>
      revoked && [account, region, id, partition, revoked.atMs],
  },
})

/** How many certificates an authority has issued. */
interface Count extends AuthorityRef {
  readonly certificates: number
}

export const counts = table<Count>("acm-pca/count", {
  key: ({ account, region, id }) => [account, region, id],
})

export const certificateArn = (ref: AuthorityRef, serial: string): string =>
  `${authorityArn(ref)}/certificate/${serial}`

/** Throws InvalidArnException. */
export function serialInArn(arn: string): string {
  const serial = /:certificate-authority\/[\w-]+\/certificate\/([0-9a-f]+)$/.exec(arn)?.[1]
  if (serial === undefined) throw invalidArn(arn)
  return serial
}

export const findIssued = (
  tx: ReadTx,
  { account, region, id }: AuthorityRef,
  serial: string,
): Issued | undefined => tx.get(issued, [account, region, id, serial])
