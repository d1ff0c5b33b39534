import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import { keyedByAccount, resource, tagLists } from "../../../registry/resource.ts"
import { invalidArn } from "../errors.ts"
import { POLICY_VERSIONS } from "../limits.ts"
import { arnOf, type Named, nameKey, pathKey } from "../names.ts"
import { tagRecord, type Tag } from "../tags.ts"

/** A customer managed policy; its documents are its versions. */
export interface Policy extends Named {
  /** `ANPA…`. */
  readonly id: string
  readonly description?: string | undefined
  readonly createdMs: number
  /** When the last version was made. */
  readonly updatedMs: number
  readonly defaultVersion: number
  /** The highest number given so far: none is given twice. */
  readonly lastVersion: number
  readonly tags: readonly Tag[]
}

export interface PolicyVersion {
  readonly account: string
  readonly policyId: string
  readonly number: number
  /** As sent. */
  readonly document: string
  readonly createdMs: number
}

export const policies = table<Policy>("iam/policy", {
  key: (policy) => [policy.account, nameKey(policy.name)],
  cached: true,
})

export const policyVersions = table<PolicyVersion>("iam/policy-version", {
  key: (version) => [version.account, version.policyId, version.number],
  cached: true,
})

export const policyResource = resource<Policy>("AWS::IAM::ManagedPolicy", {
  table: policies,
  scope: "global",
  title: "Policy",
  arn: (policy) => policyArn(policy),
  tagsOf: (policy) => tagRecord(policy.tags),
  ...keyedByAccount(policies, { prefix: "policy/", keyOf: pathKey }),
  tags: tagLists(["TagPolicy", "UntagPolicy"], (policy) => ({ PolicyArn: policyArn(policy) })),
  console: { columns: ["name", "path", "createdMs"] },
})

export const policyArn = (policy: Named): string => arnOf("policy", policy)

/** The account's own policy of that ARN. Throws ValidationError for what is no ARN. */
export function ownPolicy(tx: ReadTx, account: string, arn: string): Policy | undefined {
  const parts = parseArn(arn)
  if (!parts) throw invalidArn()
  if (parts.service !== "iam" || parts.account !== account) return undefined
  const name = /^policy\/(?:.*\/)?([^/]+)$/s.exec(parts.resource)?.[1]
  const policy = name === undefined ? undefined : tx.get(policies, [account, nameKey(name)])
  return policy && policyArn(policy) === arn ? policy : undefined
}

export const versionsOf = (tx: ReadTx, { account, id }: Policy): readonly PolicyVersion[] =>
  tx.scan(policyVersions, { prefix: [account, id], limit: POLICY_VERSIONS }).rows

export const versionId = (number: number): string => `v${number}`

/** `v3` is 3. */
function versionNumber(id: string): number | undefined {
  const digits = /^v([1-9]\d{0,8})(?:\.|$)/.exec(id)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** A version by its id, such as `v3`. */
export function findVersion(tx: ReadTx, policy: Policy, id: string): PolicyVersion | undefined {
  const number = versionNumber(id)
  return number === undefined
    ? undefined
    : tx.get(policyVersions, [policy.account, policy.id, number])
}
