import type { AccessQuestion } from "../../../../iam/access.ts"
import { resourcePolicyDecider } from "../../../../iam/resource-policy-decider.ts"
import { isUp } from "../../../../kernel/places.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import { bucketArn, type Bucket } from "../bucket.ts"

const LIFECYCLE = "lifecycle.s3.amazonaws.com"

/**
 * Whether lifecycle can do its work in a bucket today. In a directory bucket it opens a session, which
 * the bucket's policy may deny it ("Working with S3 Lifecycle for directory buckets"), and which
 * needs the AZ.
 */
export function mayExpire(tx: ReadTx, bucket: Bucket): boolean {
  const { zone, region, account, config } = bucket
  if (zone === undefined) return true
  if (!isUp({ region, az: zone }, tx.faults)) return false
  if (config.policyFacts?.denies === undefined) return true
  const question: AccessQuestion = {
    principal: { type: "service", account, name: LIFECYCLE },
    request: {
      action: "s3express:CreateSession",
      resource: bucketArn(bucket),
      owner: account,
      policy: config.policy,
      // It needs nobody's leave, as long as nobody denies it.
      grant: { name: "lifecycle", grantee: LIFECYCLE },
      context: { "s3express:SessionMode": "ReadWrite" },
    },
    ...{ region, sourceIp: undefined, secure: true },
  }
  return resourcePolicyDecider()(tx, question).allowed
}
