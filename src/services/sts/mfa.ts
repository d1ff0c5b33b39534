import type { WriteTx } from "../../kernel/transaction.ts"
import type { Call } from "../../registry/call.ts"
import { spendMfaCode } from "../iam/port.ts"
import { incompleteMfa, unknownMfaDevice, wrongMfaCode } from "./errors.ts"
import type { SessionFacts } from "./session.ts"

interface MfaInput {
  readonly SerialNumber?: string | undefined
  readonly TokenCode?: string | undefined
}

/**
 * The device whose code a request shows, which is spent with it; nothing when it names none.
 * Throws AccessDenied for devices that are not the calling user's and for codes that are wrong.
 */
export function shownMfa(
  tx: WriteTx,
  { SerialNumber: serialNumber, TokenCode: code }: MfaInput,
  { account, principal }: Call,
): SessionFacts["mfa"] {
  if (serialNumber === undefined && code === undefined) return undefined
  if (serialNumber === undefined || code === undefined) throw incompleteMfa()
  if (principal.type !== "user") throw unknownMfaDevice()
  const { userId } = principal
  const outcome = spendMfaCode(tx, { account, userId, serialNumber, code })
  if (outcome === "no device") throw unknownMfaDevice()
  if (outcome === "wrong code") throw wrongMfaCode()
  return { serialNumber, authenticatedAt: tx.now }
}
