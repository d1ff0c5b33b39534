import type { WriteTx } from "../../kernel/transaction.ts"
import { issueToken, type HostedIssuer } from "./issuer.ts"
import type { TokenAlgorithm } from "./signing-key.ts"

/** What a token of an issuer for tests is to say. */
export interface TestTokenSpec {
  readonly algorithm?: TokenAlgorithm | undefined
  /** Claims in place of the usual ones; undefined ones are left out. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
}

const LIFETIME_SECONDS = 3_600

/**
 * A token as an identity provider would give it: for AWS, of one hour, dated by the cloud's clock.
 * Who asks says who the bearer is; only tests do.
 */
export function testToken(
  tx: WriteTx,
  issuer: HostedIssuer,
  { algorithm = "RS256", claims = {} }: TestTokenSpec,
): string {
  const now = Math.floor(tx.now / 1000)
  return issueToken(issuer, algorithm, {
    sub: "test",
    aud: "sts.amazonaws.com",
    iat: now,
    exp: now + LIFETIME_SECONDS,
    jti: tx.random("oidc/token-id").uuid(),
    ...claims,
  })
}
