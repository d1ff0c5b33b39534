import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { KeyRef } from "./key.ts"

/** How many there are of what quotas limit: of a key's own, and of keys in a Region (id ""). */
export interface Counts {
  readonly account: string
  readonly region: string
  readonly id: string
  readonly aliases: number
  readonly grants: number
  /** Customer managed ones. */
  readonly keys: number
}

export const counts = table<Counts>("kms/counts", {
  key: ({ account, region, id }) => [account, region, id],
  cached: true,
})

const NONE = Object.freeze({ aliases: 0, grants: 0, keys: 0 })

export const countsOf = (
  tx: ReadTx,
  { account, region, id }: KeyRef,
): Pick<Counts, "aliases" | "grants" | "keys"> => tx.get(counts, [account, region, id]) ?? NONE

/** Counts one more, or one less. */
export function count(
  tx: WriteTx,
  ref: KeyRef,
  change: { readonly [What in keyof typeof NONE]?: number },
): void {
  const { account, region, id } = ref
  const { aliases, grants, keys } = countsOf(tx, ref)
  tx.put(counts, {
    ...{ account, region, id },
    aliases: aliases + (change.aliases ?? 0),
    grants: grants + (change.grants ?? 0),
    keys: keys + (change.keys ?? 0),
  })
}

export const inRegion = ({ account, region }: Pick<KeyRef, "account" | "region">): KeyRef => ({
  account,
  region,
  id: "",
})
