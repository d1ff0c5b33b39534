import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { USERS } from "../limits.ts"
import type { CertificateRef } from "./certificate.ts"

/** A resource that a certificate is attached to. */
export interface Use extends CertificateRef {
  /** Its ARN. */
  readonly user: string
}

export const uses = table<Use>("acm/use", {
  key: ({ account, region, id, user }) => [account, region, id, user],
  cached: true,
})

/** ARNs of the resources that use a certificate. */
export const usersOf = (tx: ReadTx, { account, region, id }: CertificateRef): readonly string[] =>
  tx.scan(uses, { prefix: [account, region, id], limit: USERS }).rows.map(({ user }) => user)

export const isInUse = (tx: ReadTx, { account, region, id }: CertificateRef): boolean =>
  tx.first(uses, { prefix: [account, region, id] }) !== undefined

export function attach(tx: WriteTx, { account, region, id }: CertificateRef, user: string): void {
  tx.put(uses, { account, region, id, user })
}

export function detach(tx: WriteTx, { account, region, id }: CertificateRef, user: string): void {
  tx.delete(uses, [account, region, id, user])
}
