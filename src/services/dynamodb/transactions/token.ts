import { job } from "../../../kernel/later/later.ts"
import { table } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { TOKEN_MS } from "../limits.ts"
import { requestDigest } from "../request-digest.ts"

/** A transaction that was made under a `ClientRequestToken`: repeated, it has no effect. */
export interface Token {
  readonly account: string
  readonly region: string
  readonly token: string
  /** Of what was asked. */
  readonly digest: string
}

export const tokens = table<Token>("dynamodb/transaction-token", {
  key: ({ account, region, token }) => [account, region, token],
})

type TokenRef = Omit<Token, "digest">

export const forgetToken = job<TokenRef>("dynamodb/forget-token", {
  run: (tx, { account, region, token }) => void tx.delete(tokens, [account, region, token]),
})

/**
 * True where the same was made under this token within ten minutes; else the token is taken. Throws
 * IdempotentParameterMismatchException (the words are as users quote them).
 */
export function isRepeated(
  tx: WriteTx,
  { token, asked }: { readonly token: string | undefined; readonly asked: object },
  { account, region }: Call,
): boolean {
  if (token === undefined) return false
  const digest = requestDigest(asked)
  const known = tx.get(tokens, [account, region, token])
  if (!known) {
    const ref = { account, region, token }
    tx.insert(tokens, { ...ref, digest })
    tx.schedule(forgetToken, ref, tx.now + TOKEN_MS)
    return false
  }
  if (known.digest === digest) return true
  throw new AwsError(
    "IdempotentParameterMismatchException",
    "The request uses the same client token as a previous, but non-identical request. " +
      "Do not reuse a client token with different requests, unless the requests are identical",
  )
}
