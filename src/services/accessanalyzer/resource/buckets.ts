import { publicStatements } from "../../../iam/analysis/external-access.ts"
import { policyOrNothing } from "../../../iam/policy/document.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { isBlocked, type Bucket } from "../../s3/port.ts"

/**
 * A bucket's policy, as far as it holds: RestrictPublicBuckets leaves of one that is public nothing
 * for others ("Blocking public access to your Amazon S3 storage").
 */
export function heldPolicy(tx: ReadTx, bucket: Bucket): string | undefined {
  const { policy } = bucket.config
  if (policy === undefined || !isBlocked(tx, "RestrictPublicBuckets", { bucket })) return policy
  const document = policyOrNothing(policy, { kind: "resource" })
  return document && publicStatements(document).length === 0 ? policy : undefined
}
