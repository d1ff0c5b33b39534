import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { arn } from "../../../registry/arn.ts"
import { resource } from "../../../registry/resource.ts"
import { ALIASES_OF_A_KEY } from "../limits.ts"
import { countsOf } from "../key/counts.ts"
import type { KeyRef } from "../key/key.ts"

export interface Alias {
  readonly account: string
  readonly region: string
  /** With its prefix, `alias/orders`. */
  readonly name: string
  readonly keyId: string
  readonly createdMs: number
  readonly updatedMs: number
}

export const aliases = table<Alias>("kms/alias", {
  key: ({ account, region, name }) => [account, region, name],
  indexes: { byKey: ({ account, region, keyId, name }) => [account, region, keyId, name] },
  cached: true,
})

export const aliasArn = ({
  account,
  region,
  name,
}: Pick<Alias, "account" | "region" | "name">): string => arn("kms", region, account, name)

export const aliasResource = resource<Alias>("AWS::KMS::Alias", {
  table: aliases,
  scope: "regional",
  title: "Alias of a KMS key",
  arn: aliasArn,
})

/** Names of the aliases of a key. */
export function aliasesOf(tx: ReadTx, { account, region, id }: KeyRef): readonly Alias[] {
  if (countsOf(tx, { account, region, id }).aliases === 0) return []
  const prefix = [account, region, id]
  return tx.scan(aliases, { index: "byKey", prefix, limit: ALIASES_OF_A_KEY }).rows
}
