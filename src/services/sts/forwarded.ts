import { newAccessKeyId, newSecret } from "../../iam/access-key-id.ts"
import type { Principal } from "../../iam/principal.ts"
import type { ReadTx, WriteTx } from "../../kernel/transaction.ts"
import { findUserKey, wasUserKey } from "../iam/port.ts"
import { seal, unseal } from "./sealing.ts"
import { sessions } from "./session.ts"

/**
 * Keys with which a service goes on for its caller in a request of its own, such as the URL that S3
 * Object Lambda gives to a function (AWS: forward access sessions). All that is known of them is
 * sealed in their token: there is no row, and nothing to forget.
 */
export interface ForwardedKeys {
  readonly accessKeyId: string
  readonly secret: string
  readonly sessionToken: string
  /** Cloud time. */
  readonly expiresAt: number
  /** The caller itself: it has the rights that it has when the keys are used. */
  readonly principal: Principal
}

/** How the tokens begin; nine bytes, so that the text tells it. */
const LEAD = Buffer.from("fwdaccess")
const LEAD_TEXT = LEAD.toString("base64")

interface ForwardedRequest {
  readonly principal: Principal
  /** The service that goes on: `s3-object-lambda.amazonaws.com`. */
  readonly service: string
  readonly lifeMs: number
}

export function forwardKeys(
  tx: WriteTx,
  { principal, service, lifeMs }: ForwardedRequest,
): ForwardedKeys {
  const keys = {
    accessKeyId: newAccessKeyId("ASIA", principal.account, tx.random("sts/access-key-id")),
    secret: newSecret(tx.random("sts/secret")),
    expiresAt: tx.now + lifeMs,
    principal,
  }
  const name = Buffer.from(service)
  const sealed = seal(tx, "forwarded", Buffer.from(JSON.stringify({ ...keys, service })))
  const token = Buffer.concat([LEAD, Uint8Array.of(name.length), name, sealed])
  return { ...keys, sessionToken: token.toString("base64") }
}

/** The service for whose token a text gives itself out: to be believed of callers that have proved it. */
export function forwardingService(sessionToken: string): string | undefined {
  if (!sessionToken.startsWith(LEAD_TEXT)) return undefined
  return opened(sessionToken).service
}

/** The keys of a token, while the caller has those with which it called. */
export function findForwarded(
  tx: ReadTx,
  accessKeyId: string,
  sessionToken: string,
): ForwardedKeys | undefined {
  if (!sessionToken.startsWith(LEAD_TEXT)) return undefined
  const { service, sealed } = opened(sessionToken)
  const text = unseal(tx, "forwarded", sealed)?.toString()
  if (text === undefined) return undefined
  const { service: sealedFor, ...keys } = JSON.parse(text) as Omit<
    ForwardedKeys,
    "sessionToken"
  > & {
    readonly service: string
  }
  if (sealedFor !== service || keys.accessKeyId !== accessKeyId) return undefined
  if (!hasKeys(tx, keys.principal)) return { ...keys, sessionToken, expiresAt: 0 }
  return { ...keys, sessionToken }
}

function opened(token: string): { readonly service: string; readonly sealed: Buffer } {
  const bytes = Buffer.from(token, "base64").subarray(LEAD.length)
  const end = 1 + (bytes[0] ?? 0)
  return { service: bytes.toString("latin1", 1, end), sealed: bytes.subarray(end) }
}

/** Whether one could still sign with the keys of the call that is gone on with. */
function hasKeys(tx: ReadTx, principal: Principal): boolean {
  if (!("accessKeyId" in principal)) return true
  const { accessKeyId } = principal
  if (accessKeyId.startsWith("AKIA"))
    return findUserKey(tx, accessKeyId) !== undefined || !wasUserKey(tx, accessKeyId)
  if (!accessKeyId.startsWith("ASIA")) return true
  const session = tx.get(sessions, [accessKeyId])
  return session !== undefined && session.expiresAt > tx.now
}
