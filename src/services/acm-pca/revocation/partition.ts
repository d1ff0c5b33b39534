import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { refOf, type Authority, type AuthorityRef } from "../authority/authority.ts"
import { PARTITION_CERTIFICATES, PARTITIONS_MOST } from "../limits.ts"

/** One of the lists of an authority whose list is partitioned, with the certificates bound to it. */
export interface Partition extends AuthorityRef {
  /** In the order in which they were begun. */
  readonly number: number
  /** The name of its list. */
  readonly partition: string
  readonly certificates: number
}

export const partitions = table<Partition>("acm-pca/partition", {
  key: ({ account, region, id, number }) => [account, region, id, number],
})

const isPartitioned = ({ revocation: { CrlConfiguration: list } }: Authority): boolean =>
  list?.Enabled === true && list.CrlType === "PARTITIONED"

/** Binds a certificate that is to be issued to a list; undefined where there is but one. */
export function takePartition(tx: WriteTx, authority: Authority): string | undefined {
  if (!isPartitioned(authority)) return undefined
  const { account, region, id } = authority
  const last = tx.first(partitions, { prefix: [account, region, id], reverse: true })
  const begun =
    last && last.certificates < PARTITION_CERTIFICATES ? last : newPartition(tx, authority, last)
  tx.put(partitions, { ...begun, certificates: begun.certificates + 1 })
  return begun.partition
}

function newPartition(tx: WriteTx, ref: AuthorityRef, last: Partition | undefined): Partition {
  const partition = tx.random("acm-pca/partition").uuid()
  return { ...refOf(ref), number: (last?.number ?? 0) + 1, partition, certificates: 0 }
}

/** Names of all partitions. */
export const partitionsOf = (tx: ReadTx, { account, region, id }: AuthorityRef) =>
  tx
    .scan(partitions, { prefix: [account, region, id], limit: PARTITIONS_MOST })
    .rows.map(({ partition }) => partition)
