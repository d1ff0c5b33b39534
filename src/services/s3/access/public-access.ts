import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Bucket } from "../buckets/bucket.ts"
import type { PublicAccessBlock } from "../buckets/config.ts"
import type { AccessPoint } from "./points/access-point.ts"

/** The settings of a whole account, which S3 Control writes. */
export interface AccountPublicAccess {
  readonly account: string
  readonly block: PublicAccessBlock
}

export const accountPublicAccess = table<AccountPublicAccess>("s3/accountPublicAccess", {
  key: (row) => [row.account],
  cached: true,
})

/** Whether one of the settings is on: those of account, bucket and access point add up. */
export function isBlocked(
  tx: ReadTx,
  setting: keyof PublicAccessBlock,
  { bucket, point }: { readonly bucket: Bucket; readonly point?: AccessPoint | undefined },
): boolean {
  if (bucket.config.publicAccessBlock?.[setting] || point?.publicAccessBlock[setting]) return true
  return isBlockedIn(tx, setting, bucket.account) || isBlockedIn(tx, setting, point?.account)
}

const isBlockedIn = (
  tx: ReadTx,
  setting: keyof PublicAccessBlock,
  account: string | undefined,
): boolean =>
  account !== undefined && tx.get(accountPublicAccess, [account])?.block[setting] === true
