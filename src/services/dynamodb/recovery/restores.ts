import { table } from "../../../kernel/table.ts"
import type { ExactRef } from "../tables/table.ts"

/** Tables that are being restored: there may be only so many. */
export const restores = table<ExactRef>("dynamodb/restore", {
  key: ({ account, region, name }) => [account, region, name],
})
