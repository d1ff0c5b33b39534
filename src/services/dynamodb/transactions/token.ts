import { job } from "../../../kernel/later/later.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { readUnits } from "../capacity/units.ts"
import type { Outcome } from "../items/writing.ts"
import { TOKEN_MS } from "../limits.ts"
import { requestDigest } from "../request-digest.ts"

/** A transaction that was made under a `ClientRequestToken`: repeated, it has no effect. */
export interface Token {
  readonly account: string
  readonly region: string
  readonly token: string
  /** Of what was asked. */
  readonly digest: string
  /** What a repetition costs, in read units of each action. Absent in rows of former versions. */
  readonly reads?: readonly number[] | undefined
}

export const tokens = table<Token>("dynamodb/transaction-token", {
  key: ({ account, region, token }) => [account, region, token],
})

type TokenRef = Pick<Token, "account" | "region" | "token">

export const forgetToken = job<TokenRef>("dynamodb/forget-token", {
  run: (tx, { account, region, token }) => void tx.delete(tokens, [account, region, token]),
})

/** A token that a request gives, and what was made under it within ten minutes. */
export interface GivenToken {
  readonly ref: TokenRef
  readonly digest: string
  readonly known: Token | undefined
}

/** Throws IdempotentParameterMismatchException (the words are as users quote them). */
export function givenToken(
  tx: ReadTx,
  { token, asked }: { readonly token: string | undefined; readonly asked: object },
  { account, region }: Call,
): GivenToken | undefined {
  if (token === undefined) return undefined
  const digest = requestDigest(asked)
  const known = tx.get(tokens, [account, region, token])
  if (known && known.digest !== digest)
    throw new AwsError(
      "IdempotentParameterMismatchException",
      "The request uses the same client token as a previous, but non-identical request. " +
        "Do not reuse a client token with different requests, unless the requests are identical",
    )
  return { ref: { account, region, token }, digest, known }
}

/**
 * The transaction is made. Recorded: to ask for it again costs twice the read units of each item as it
 * was before or after, whichever is larger.
 */
export function keepToken(
  tx: WriteTx,
  { ref, digest }: GivenToken,
  outcomes: readonly Outcome[],
): void {
  const reads = outcomes.map(({ written: { oldSizeBytes, newSizeBytes } }) =>
    readUnits(Math.max(oldSizeBytes, newSizeBytes), true),
  )
  tx.insert(tokens, { ...ref, digest, reads })
  tx.schedule(forgetToken, ref, tx.now + TOKEN_MS)
}
