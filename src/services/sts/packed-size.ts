import { deflateRawSync } from "node:zlib"
import { policyTooLarge, tagsTooLarge } from "./errors.ts"
import { PACKED_BYTES } from "./limits.ts"
import type { SessionFacts } from "./session.ts"

/** What nearly all policies say; AWS's small sizes for small policies tell that it has such a list. */
const COMMON = Buffer.from(
  '"Condition":{"StringLike":{"StringEquals":{"NotAction":"NotResource":"Sid":"Stmt1",' +
    '"s3:prefix":"dynamodb:sqs:sns:ec2:lambda:"s3:ListBucket","s3:GetObject","s3:PutObject",' +
    '"s3:*","Resource":"arn:aws:iam::aws:policy/arn:aws:s3:::"Resource":["Resource":"*"}]}' +
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["Effect":"Allow","Action":"',
)

type Packed = Pick<SessionFacts, "policy" | "policyArns" | "tags" | "transitiveTagKeys">

/**
 * How much of AWS's space for session policies and tags is taken, in percent; nothing when there
 * are none. AWS says only that it packs and compresses them. Throws PackedPolicyTooLarge.
 */
export function packedPercent(packed: Packed): number | undefined {
  const hasPolicies = packed.policy !== undefined || packed.policyArns.length > 0
  if (!hasPolicies && packed.tags.length === 0) return undefined
  const percent = percentOf(packed)
  if (percent > 100) {
    const tagsAlone = percentOf({ ...packed, policy: undefined, policyArns: [] })
    throw tagsAlone > 100 ? tagsTooLarge(tagsAlone) : policyTooLarge(percent)
  }
  return percent
}

function percentOf({ policy, policyArns, tags, transitiveTagKeys }: Packed): number {
  let text = policy === undefined ? "" : withoutBlanks(policy)
  for (const arn of policyArns) text += `\n${arn}`
  for (const { Key, Value } of tags) text += `\n${Key}=${Value}`
  for (const key of transitiveTagKeys) text += `\n${key}`
  return Math.ceil(
    (deflateRawSync(text, { level: 9, dictionary: COMMON }).length * 100) / PACKED_BYTES,
  )
}

const withoutBlanks = (policy: string): string => JSON.stringify(JSON.parse(policy))
