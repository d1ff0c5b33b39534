import { table } from "../../../kernel/table.ts"
import type { TableRef } from "../tables/table.ts"

/** Tables that are being restored: there may be only so many. */
export const restores = table<TableRef & { readonly id: number }>("dynamodb/restore", {
  key: ({ account, region, name }) => [account, region, name],
})
