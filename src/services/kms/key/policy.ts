import { PolicyRefusal, PrincipalRefusal } from "../../../iam/policy/refusal.ts"
import { partitionOf } from "../../../kernel/places.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { keptPolicy } from "../../iam/port.ts"
import { badPolicy, limitExceeded } from "../errors.ts"
import { POLICY_BYTES } from "../limits.ts"
import { assertNoLockout } from "./lockout.ts"

type Place = { readonly account: string; readonly region: string }

/** ("Default key policy", of keys made through the API.) */
export function defaultPolicy({ account, region }: Place): string {
  const root = `arn:${partitionOf(region).id}:iam::${account}:root`
  const statement = {
    Sid: "Enable IAM User Permissions",
    Effect: "Allow",
    Principal: { AWS: root },
    Action: "kms:*",
    Resource: "*",
  }
  return JSON.stringify(
    { Version: "2012-10-17", Id: "key-default-1", Statement: [statement] },
    null,
    2,
  )
}

interface SentPolicy {
  readonly Policy: string
  readonly BypassPolicyLockoutSafetyCheck?: boolean | undefined
}

/**
 * A key policy that somebody sends, as it is kept: by the unique ids of users and roles. Throws
 * MalformedPolicyDocumentException, LimitExceededException.
 */
export function readPolicy(tx: ReadTx, sent: SentPolicy, call: Call): string {
  const { Policy, BypassPolicyLockoutSafetyCheck: bypass = false } = sent
  // Not verified: the words.
  if (Buffer.byteLength(Policy) > POLICY_BYTES)
    throw limitExceeded(`Policy size exceeds the limit of ${POLICY_BYTES} bytes.`)
  const policy = kept(tx, Policy)
  if (!bypass) assertNoLockout(tx, call, policy)
  return policy
}

function kept(tx: ReadTx, text: string): string {
  try {
    return keptPolicy(tx, text, { kind: "resource" }).text
  } catch (error) {
    if (!(error instanceof PolicyRefusal)) throw error
    // As users quote it.
    if (error instanceof PrincipalRefusal)
      throw badPolicy("Policy contains a statement with one or more invalid principals.")
    throw badPolicy(error.message)
  }
}
