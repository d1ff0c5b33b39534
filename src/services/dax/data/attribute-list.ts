import { hash } from "node:crypto"
import { job } from "../../../kernel/later/later.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { clusters, keyOf, type ClusterRef } from "../cluster/cluster.ts"
import { LISTS, STRIDE } from "../limits.ts"

/** Names of attributes that travel as one number. Clients keep the numbers, so they are rows. */
export interface AttributeList {
  readonly account: string
  readonly region: string
  readonly cluster: string
  readonly id: number
  readonly names: readonly string[]
  readonly digest: string
}

export const attributeLists = table<AttributeList>("dax/attributeList", {
  key: ({ account, region, cluster, id }) => [account, region, cluster, id],
  indexes: {
    byNames: ({ account, region, cluster, digest }) => [account, region, cluster, digest],
  },
})

/** The list without names; clients know it. */
const EMPTY = 1

/** Undefined where there is none of this number. */
export function namesOf(
  tx: ReadTx,
  cluster: ClusterRef,
  id: number,
): readonly string[] | undefined {
  return id === EMPTY ? [] : tx.get(attributeLists, [...keyOf(cluster), id])?.names
}

/** The number of a list, new or not. */
export function listId(tx: WriteTx, ref: ClusterRef, names: readonly string[]): number {
  if (names.length === 0) return EMPTY
  const digest = hash("sha256", JSON.stringify(names))
  const known = tx.first(attributeLists, { index: "byNames", prefix: [...keyOf(ref), digest] })
  if (known) return known.id
  if (tx.count(attributeLists, { prefix: keyOf(ref), limit: LISTS }) >= LISTS)
    throw new AwsError("LimitExceededException", "The cluster knows too many names of attributes.")
  const { account, region, name: cluster } = ref
  const id = EMPTY + tx.serial()
  tx.put(attributeLists, { account, region, cluster, id, names, digest })
  return id
}

/** The lists of a cluster that is gone. */
export const forgetLists = job<ClusterRef>("dax/forget-lists", {
  run(tx, ref) {
    // One of the same name may be there by now: what it knows it needs.
    if (tx.get(clusters, keyOf(ref))) return
    const { rows, next } = tx.scan(attributeLists, { prefix: keyOf(ref), limit: STRIDE })
    for (const row of rows) tx.remove(attributeLists, row)
    if (next !== undefined) tx.schedule(forgetLists, ref, tx.now)
  },
})
