import {
  assertStatementIds,
  charactersOf,
  parsePolicy,
  type PolicyDocument,
  type PolicyRules,
} from "../../../iam/policy/document.ts"
import { PolicyRefusal } from "../../../iam/policy/refusal.ts"
import { quota } from "../../../kernel/quotas.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { malformedDocument, quotaExceeded } from "../errors.ts"
import { MANAGED_POLICY_LENGTH } from "../limits.ts"
import { QUOTAS } from "../account/quotas.ts"
import { keptPolicy } from "../principals/kept-policy.ts"

/** Throws MalformedPolicyDocument with AWS's reason. */
function read<Policy>(parse: () => Policy, documentOf: (policy: Policy) => PolicyDocument): Policy {
  try {
    const policy = parse()
    assertStatementIds(documentOf(policy))
    return policy
  } catch (error) {
    if (error instanceof PolicyRefusal) throw malformedDocument(error.reason)
    throw error
  }
}

function assertPolicy(text: string, rules: PolicyRules): void {
  read(
    () => parsePolicy(text, rules),
    (document) => document,
  )
}

export const assertInlineDocument = (text: string): void => assertPolicy(text, { kind: "identity" })

export function assertManagedDocument(text: string): void {
  if (charactersOf(text) > MANAGED_POLICY_LENGTH)
    throw quotaExceeded("PolicySize", MANAGED_POLICY_LENGTH)
  assertPolicy(text, { kind: "identity", latestVersion: true })
}

/** A trust policy as it is kept: by the unique ids of users and roles, which must be there. */
export function readTrustDocument(tx: ReadTx, account: string, text: string): string {
  const most = quota(tx, QUOTAS.trustPolicyLength, { account })
  if (charactersOf(text) > most) throw quotaExceeded(QUOTAS.trustPolicyLength.refusal, most)
  if (!isJson(text)) throw malformedDocument("This policy contains invalid Json")
  const kept = read(
    () => keptPolicy(tx, text, { kind: "trust" }),
    ({ document }) => document,
  )
  return kept.text
}

/** Recorded: only trust policies have words of their own for what is no JSON. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** "URL-encoded compliant with RFC 3986": as answers carry documents. */
export const encodeDocument = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
