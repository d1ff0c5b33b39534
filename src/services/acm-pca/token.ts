import { job } from "../../kernel/later/later.ts"
import { table } from "../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../kernel/transaction.ts"
import type { Call } from "../../registry/call.ts"
import { TOKEN_MS } from "./limits.ts"

/** What was made for an idempotency token, for as long as AWS remembers it. */
interface Remembered {
  readonly account: string
  readonly region: string
  /** The operation, with the authority that it is for. */
  readonly of: string
  readonly token: string
  readonly arn: string
}

export const tokens = table<Remembered>("acm-pca/token", {
  key: ({ account, region, of, token }) => [account, region, of, token],
})

type TokenKey = Pick<Remembered, "account" | "region" | "of" | "token">

export const forgetToken = job<TokenKey>("acm-pca/forgetToken", {
  run: (tx, { account, region, of, token }) => void tx.delete(tokens, [account, region, of, token]),
})

interface Asked {
  readonly of: string
  readonly token: string | undefined
}

/** The ARN of what the token has made already. */
export const madeBefore = (tx: ReadTx, call: Call, { of, token }: Asked): string | undefined =>
  token === undefined ? undefined : tx.get(tokens, [call.account, call.region, of, token])?.arn

export function remember(
  tx: WriteTx,
  { account, region }: Call,
  { of, token, arn }: Asked & { readonly arn: string },
): void {
  if (token === undefined) return
  tx.put(tokens, { account, region, of, token, arn })
  tx.schedule(forgetToken, { account, region, of, token }, tx.now + TOKEN_MS)
}
