import { parsePolicy } from "../../../iam/policy/document.ts"
import { PolicyRefusal } from "../../../iam/policy/refusal.ts"
import { partitionOf } from "../../../kernel/places.ts"
import { badPolicy, limitExceeded } from "../errors.ts"
import { POLICY_BYTES } from "../limits.ts"

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

/** Throws MalformedPolicyDocumentException, LimitExceededException. */
export function assertPolicy(text: string): void {
  // Not verified: the words.
  if (Buffer.byteLength(text) > POLICY_BYTES)
    throw limitExceeded(`Policy size exceeds the limit of ${POLICY_BYTES} bytes.`)
  try {
    parsePolicy(text, { kind: "resource" })
  } catch (error) {
    if (error instanceof PolicyRefusal) throw badPolicy(error.message)
    throw error
  }
}
