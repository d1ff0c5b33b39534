import { incompleteMfa, unknownMfaDevice } from "./errors.ts"

interface MfaInput {
  readonly SerialNumber?: string | undefined
  readonly TokenCode?: string | undefined
}

/**
 * Throws AccessDenied when a request names an MFA device: devices come with IAM, so none can be
 * the caller's. With them this will tell which device showed its code when.
 */
export function assertNoMfa({ SerialNumber, TokenCode }: MfaInput): void {
  if (SerialNumber === undefined && TokenCode === undefined) return
  if (SerialNumber === undefined || TokenCode === undefined) throw incompleteMfa()
  throw unknownMfaDevice()
}
