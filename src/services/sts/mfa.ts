import type { ReadTx, WriteTx } from "../../kernel/transaction.ts"
import type { Call } from "../../registry/call.ts"
import { checkMfaCode, spendMfaCode } from "../iam/port.ts"
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
export function shownMfa(tx: WriteTx, input: MfaInput, call: Call): SessionFacts["mfa"] {
  const shown = shownCode(input, call)
  if (!shown) return undefined
  assertRight(spendMfaCode(tx, shown))
  return { serialNumber: shown.serialNumber, authenticatedAt: tx.now }
}

/**
 * Condition keys of a request that shows the code of a device: its caller has just now proven to be
 * the one ("Secure API access with MFA"). Nothing when it shows none. Throws as `shownMfa`.
 */
export function mfaKeys(tx: ReadTx, input: MfaInput, call: Call): Record<string, string> {
  const shown = shownCode(input, call)
  if (!shown) return {}
  assertRight(checkMfaCode(tx, shown))
  return { "aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "0" }
}

function shownCode(
  { SerialNumber: serialNumber, TokenCode: code }: MfaInput,
  { account, principal }: Call,
): Parameters<typeof checkMfaCode>[1] | undefined {
  if (serialNumber === undefined && code === undefined) return undefined
  if (serialNumber === undefined || code === undefined) throw incompleteMfa()
  if (principal.type !== "user") throw unknownMfaDevice()
  return { account, userId: principal.userId, serialNumber, code }
}

function assertRight(outcome: ReturnType<typeof checkMfaCode> | "spent"): void {
  if (outcome === "no device") throw unknownMfaDevice()
  if (outcome === "wrong code") throw wrongMfaCode()
}
