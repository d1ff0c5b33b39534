import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { spendMfaCode } from "../../iam/port.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { accessDenied, invalidRequest } from "../errors.ts"
import { mfaOfOwnerOnly, mfaRequired } from "./errors.ts"

interface Shown {
  readonly bucket: Bucket
  readonly call: Call
  /** `x-amz-mfa`: the device's serial number, a space, the code. */
  readonly mfa: string | undefined
}

/**
 * Checks and spends the code that a request shows. Only the root user of the bucket's owner, with
 * its own device, passes ("Configuring MFA delete"). Throws AccessDenied.
 */
export function spendOwnerMfa(tx: WriteTx, shown: Shown): void {
  if (spendMfaCode(tx, codeOf(shown)) !== "spent") throw accessDenied()
}

function codeOf({ bucket, call, mfa }: Shown): Parameters<typeof spendMfaCode>[1] {
  const { principal } = call
  if (principal.type !== "root" || principal.account !== bucket.account) throw mfaOfOwnerOnly()
  if (mfa === undefined) throw mfaRequired()
  // "Configuring MFA delete"; the text is not verified.
  if (!call.secure) throw invalidRequest("Requests that include x-amz-mfa must use HTTPS.")
  const space = mfa.lastIndexOf(" ")
  return {
    account: bucket.account,
    userId: bucket.account,
    serialNumber: mfa.slice(0, Math.max(0, space)).trim(),
    code: mfa.slice(space + 1),
  }
}

/** Whether taking a version of the bucket away for good needs the owner's MFA. */
export const needsMfa = (bucket: Bucket): boolean => bucket.config.mfaDelete === true
