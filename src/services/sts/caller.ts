import type { ReadTx } from "../../kernel/transaction.ts"
import type { Call } from "../../registry/call.ts"
import { notWithSession } from "./errors.ts"
import { sessions, type Session, type SessionOrigin } from "./session.ts"

/** What keys of each origin may call in STS ("Compare AWS STS credentials", IAM user guide). */
const MAY_CALL: Readonly<Record<SessionOrigin, (operation: string) => boolean>> = {
  AssumeRole: exceptTokens,
  AssumeRoleWithSAML: exceptTokens,
  AssumeRoleWithWebIdentity: exceptTokens,
  // Its task policies allow nothing of STS.
  AssumeRoot: () => false,
  GetSessionToken: (operation) => operation === "AssumeRole",
  GetFederationToken: () => false,
  // Not documented.
  GetDelegatedAccessToken: exceptTokens,
}

function exceptTokens(operation: string): boolean {
  return operation !== "GetSessionToken" && operation !== "GetFederationToken"
}

/** The session whose keys signed the call, if it was signed with temporary keys. */
export function callerSession(tx: ReadTx, { principal }: Call): Session | undefined {
  return "accessKeyId" in principal ? tx.get(sessions, [principal.accessKeyId]) : undefined
}

/**
 * Throws AccessDenied where keys of the caller's kind cannot call the operation, whatever
 * policies say. GetCallerIdentity is for all and does not ask.
 */
export function assertMayCall(tx: ReadTx, call: Call): void {
  const session = callerSession(tx, call)
  if (session && !MAY_CALL[session.origin](call.operation)) throw notWithSession(call.operation)
}

/**
 * Whether the session's keys are unknown ones to IAM: those of GetFederationToken always, those of
 * GetSessionToken "unless MFA authentication information is included in the request" (STS API).
 */
export const isUnknownToIam = ({ origin, mfa }: Session): boolean =>
  origin === "GetFederationToken" || (origin === "GetSessionToken" && mfa === undefined)
