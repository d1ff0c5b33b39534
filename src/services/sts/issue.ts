import { newAccessKeyId, newSecret } from "../../iam/access-key-id.ts"
import type { Principal } from "../../iam/principal.ts"
import type { WriteTx } from "../../kernel/transaction.ts"
import type { Credentials } from "../../models/types/sts.ts"
import { sessions, type Session, type SessionFacts } from "./session.ts"
import { newSessionToken } from "./session-token.ts"
import { planSweep } from "./sweep.ts"

export interface SessionRequest {
  /** The account in which the session acts. */
  readonly account: string
  readonly seconds: number
  /** Ends the session earlier: a time that an identity provider set. */
  readonly notAfter?: number | undefined
  readonly facts: SessionFacts
  readonly principal: (keys: {
    readonly accessKeyId: string
    readonly issuedAt: number
  }) => Principal
}

/** Makes temporary credentials. */
export function issueSession(tx: WriteTx, request: SessionRequest): Session {
  const { account, seconds, notAfter = Infinity, facts } = request
  const accessKeyId = newAccessKeyId("ASIA", account, tx.random("sts/access-key-id"))
  // AWS tells the end in whole seconds, and keeps to what it tells.
  const nowSeconds = Math.floor(tx.now / 1000)
  const expiresAt = Math.min(nowSeconds + seconds, Math.floor(notAfter / 1000)) * 1000
  const session: Session = {
    ...facts,
    accessKeyId,
    secret: newSecret(tx.random("sts/secret")),
    sessionToken: newSessionToken(tx, accessKeyId, expiresAt),
    issuedAt: tx.now,
    expiresAt,
    principal: request.principal({ accessKeyId, issuedAt: tx.now }),
  }
  planSweep(tx, expiresAt)
  tx.insert(sessions, session)
  return session
}

/** The credentials as answers have them. */
export const credentialsOf = (session: Session): Credentials => ({
  AccessKeyId: session.accessKeyId,
  SecretAccessKey: session.secret,
  SessionToken: session.sessionToken,
  Expiration: session.expiresAt,
})
