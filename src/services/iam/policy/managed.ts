import type { ReadTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import { awsPolicyFixed, invalidArn, policyMissing, versionMissing } from "../errors.ts"
import { partnerBoundary } from "../account/delegation/partner.ts"
import { awsManagedPolicy } from "../managed/policies.ts"
import type { Tag } from "../tags.ts"
import {
  findVersion,
  ownPolicy,
  policyArn,
  policyVersions,
  versionId,
  type Policy,
} from "./policy.ts"

/** A managed policy as it can be attached, whoever manages it. */
export interface ManagedPolicy {
  readonly arn: string
  readonly name: string
  readonly path: string
  readonly id: string
  readonly versionId: string
  readonly document: string
  readonly description?: string | undefined
  readonly createdMs: number
  readonly updatedMs: number
  readonly tags?: readonly Tag[]
}

/** The policy of that ARN with its default document: the account's own, or one of AWS's. */
export function managedPolicy(tx: ReadTx, account: string, arn: string): ManagedPolicy | undefined {
  const parts = parseArn(arn)
  if (!parts) throw invalidArn()
  if (parts.account === "aws") return awsManagedPolicy(arn)
  if (parts.account === "partner") return partnerBoundary(tx, arn)
  const policy = ownPolicy(tx, account, arn)
  return policy && managedOf(tx, policy)
}

export function managedOf(tx: ReadTx, policy: Policy): ManagedPolicy {
  const { account, id, defaultVersion } = policy
  return {
    ...policy,
    arn: policyArn(policy),
    versionId: versionId(defaultVersion),
    document: tx.get(policyVersions, [account, id, defaultVersion])?.document ?? "",
  }
}

/** Throws NoSuchEntity. */
export function findManaged(tx: ReadTx, account: string, arn: string): ManagedPolicy {
  const policy = managedPolicy(tx, account, arn)
  if (!policy) throw policyMissing(arn)
  return policy
}

/** The account's own policy, for operations that change it. Throws NoSuchEntity, AccessDenied. */
export function changeablePolicy(
  tx: ReadTx,
  { account, operation }: { readonly account: string; readonly operation: string },
  arn: string,
): Policy {
  const policy = ownPolicy(tx, account, arn)
  if (policy) return policy
  if (managedPolicy(tx, account, arn)) throw awsPolicyFixed(operation, arn)
  throw policyMissing(arn)
}

/** Document and date of one version. Throws NoSuchEntity. */
export function documentOf(tx: ReadTx, account: string, at: { arn: string; versionId: string }) {
  const policy = findManaged(tx, account, at.arn)
  const isDefault = policy.versionId === at.versionId
  const own = ownPolicy(tx, account, at.arn)
  const version = own
    ? findVersion(tx, own, at.versionId)
    : isDefault
      ? { document: policy.document, createdMs: policy.updatedMs }
      : undefined
  if (!version) throw versionMissing(at.arn, at.versionId)
  return { ...version, isDefault }
}
