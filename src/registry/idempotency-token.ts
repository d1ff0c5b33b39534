import { job, type Job } from "../kernel/later/later.ts"
import { table, type Table } from "../kernel/table.ts"
import type { ReadTx, WriteTx } from "../kernel/transaction.ts"
import type { Call } from "./call.ts"

/** What was made for an idempotency token, for as long as the service remembers it. */
export interface Remembered {
  readonly account: string
  readonly region: string
  /** What the token is for: an operation, and the resource that it acts on. */
  readonly of: string
  readonly token: string
  readonly arn: string
}

export interface Asked {
  readonly of: string
  readonly token: string | undefined
}

type TokenKey = Pick<Remembered, "account" | "region" | "of" | "token">

/** Idempotency tokens that stand for what was made by them, and are forgotten after a while. */
export interface IdempotencyTokens {
  /** The service lists them among its own. */
  readonly tokens: Table<Remembered>
  readonly forgetToken: Job<TokenKey>
  /** The ARN of what the token has made already. */
  madeBefore(tx: ReadTx, call: Call, asked: Asked): string | undefined
  remember(tx: WriteTx, call: Call, made: Asked & { readonly arn: string }): void
}

/** `idempotencyTokens("acm", HOUR_MS)` */
export function idempotencyTokens(service: string, keptMs: number): IdempotencyTokens {
  const tokens = table<Remembered>(`${service}/token`, {
    key: ({ account, region, of, token }) => [account, region, of, token],
  })
  const forgetToken = job<TokenKey>(`${service}/forgetToken`, {
    run: (tx, { account, region, of, token }) =>
      void tx.delete(tokens, [account, region, of, token]),
  })
  return {
    tokens,
    forgetToken,
    madeBefore: (tx, { account, region }, { of, token }) =>
      token === undefined ? undefined : tx.get(tokens, [account, region, of, token])?.arn,
    remember(tx, { account, region }, { of, token, arn }) {
      if (token === undefined) return
      tx.put(tokens, { account, region, of, token, arn })
      tx.schedule(forgetToken, { account, region, of, token }, tx.now + keptMs)
    },
  }
}
