import type { BatchJob, BatchTask } from "../job.ts"
import { copyInput } from "./copy.ts"
import { granteeOf } from "./grants.ts"

interface Asked {
  readonly operation: string
  readonly input: { readonly Bucket: string }
}

/** The operation of S3 that a task of any kind but three is. */
export function objectCall({ given }: BatchJob, task: BatchTask): Asked {
  const { Operation: of } = given
  const at = targetOf(task)
  const asked = (operation: string, more: object = {}): Asked => ({
    operation,
    input: { ...at, ...more },
  })
  if (of.S3PutObjectCopy)
    return { operation: "CopyObject", input: copyInput(of.S3PutObjectCopy, task) }
  if (of.S3PutObjectTagging)
    return asked("PutObjectTagging", {
      Tagging: { TagSet: of.S3PutObjectTagging.TagSet ?? [] },
    })
  if (of.S3DeleteObjectTagging) return asked("DeleteObjectTagging")
  if (of.S3PutObjectAcl) return asked("PutObjectAcl", aclInput(of.S3PutObjectAcl))
  if (of.S3InitiateRestoreObject)
    return asked("RestoreObject", restoreInput(of.S3InitiateRestoreObject))
  if (of.S3PutObjectLegalHold)
    return asked("PutObjectLegalHold", { LegalHold: of.S3PutObjectLegalHold.LegalHold })
  if (of.S3PutObjectRetention) {
    const { BypassGovernanceRetention, Retention } = of.S3PutObjectRetention
    return asked("PutObjectRetention", { BypassGovernanceRetention, Retention })
  }
  if (of.S3UpdateObjectEncryption)
    return asked("UpdateObjectEncryption", {
      ObjectEncryption: of.S3UpdateObjectEncryption.ObjectEncryption,
    })
  throw new Error("a job of an operation that CreateJob refuses")
}

/** The members by which S3's operations name the object of a task. */
export const targetOf = ({ bucket, key, versionId }: BatchTask) => ({
  Bucket: bucket,
  Key: decodeURIComponent(key),
  VersionId: versionId,
})

type Operations = BatchJob["given"]["Operation"]

function aclInput({ AccessControlPolicy: policy }: NonNullable<Operations["S3PutObjectAcl"]>) {
  if (policy?.CannedAccessControlList !== undefined) return { ACL: policy.CannedAccessControlList }
  const { Owner, Grants = [] } = policy?.AccessControlList ?? {}
  return {
    AccessControlPolicy: {
      ...(Owner && { Owner }),
      Grants: Grants.map(({ Grantee, Permission }) => ({
        Grantee: granteeOf(Grantee),
        Permission,
      })),
    },
  }
}

const TIERS: Readonly<Record<string, string>> = { BULK: "Bulk", STANDARD: "Standard" }

function restoreInput({
  ExpirationInDays: days,
  GlacierJobTier: tier = "",
}: NonNullable<Operations["S3InitiateRestoreObject"]>) {
  return {
    RestoreRequest: {
      ...(days !== undefined && { Days: days }),
      GlacierJobParameters: { Tier: TIERS[tier] },
    },
  }
}
