import { table } from "../../../kernel/table.ts"
import type { Lifecycle } from "../lifecycle/rules.ts"
import type { Replication } from "../replication/configuration.ts"
import type { Notifications } from "../notifications/configuration.ts"
import type { ObjectLockOfBucket } from "../lock/retention.ts"
import type { CORSRule, LoggingEnabled, WebsiteConfiguration } from "../../../models/types/s3.ts"

/**
 * What a bucket has at most one of. It lies in the bucket's row, which is kept decoded in memory:
 * a request that looks at five configurations looks up one row. Configurations by id (inventory,
 * analytics, metrics, intelligent tiering) are rows of `bucketConfigs`.
 */
export interface BucketConfig {
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** The bucket policy, as it was put. */
  readonly policy?: string | undefined
  readonly ownership?: "BucketOwnerEnforced" | "BucketOwnerPreferred" | "ObjectWriter" | undefined
  readonly publicAccessBlock?: PublicAccessBlock | undefined
  readonly encryption?: DefaultEncryption | undefined
  /** Of a directory bucket: the one KMS key that it may ever have. */
  readonly onlyKey?: string | undefined
  /** What of the bucket policy stays where others than the owner's are kept out. */
  readonly policyFacts?: PolicyFacts | undefined
  /** Absent: the owner's FULL_CONTROL alone. */
  readonly acl?: readonly AclGrant[] | undefined
  readonly cors?: readonly CORSRule[] | undefined
  readonly lifecycle?: Lifecycle | undefined
  readonly notifications?: Notifications | undefined
  readonly replication?: Replication | undefined
  readonly logging?: LoggingEnabled | undefined
  readonly website?: WebsiteConfiguration | undefined
  /** Absent: the bucket's owner pays. */
  readonly requesterPays?: true | undefined
  readonly acceleration?: "Enabled" | "Suspended" | undefined
  /** Whether tags of the bucket are condition keys. */
  readonly abac?: true | undefined
  /** Absent until it is set for the first time. */
  readonly mfaDelete?: boolean | undefined
  readonly objectLock?: ObjectLockOfBucket | undefined
  /** It has analytics configurations: its traffic is looked at. */
  readonly analysed?: true | undefined
  /** Until then its requests are counted for Storage Lens. */
  readonly watchedUntilMs?: number | undefined
  /** Until then its objects that are read are noted one by one, too. */
  readonly watchedCloselyUntilMs?: number | undefined
}

/** Worked out when the policy is put, so that requests need not read it. */
export interface PolicyFacts {
  /** It gives access to everybody ("The meaning of public"). */
  readonly isPublic: boolean
  /** The policy with its Deny statements alone, where it has some. */
  readonly denies?: string | undefined
}

/** One grant of an access control list. */
export interface AclGrant {
  /** A canonical user id, or the URI of a group. */
  readonly grantee: string
  readonly permission: AclPermission
}

export type AclPermission = "FULL_CONTROL" | "READ" | "WRITE" | "READ_ACP" | "WRITE_ACP"

export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean
  readonly IgnorePublicAcls: boolean
  readonly BlockPublicPolicy: boolean
  readonly RestrictPublicBuckets: boolean
}

/** What writes without an encryption of their own get; absent: SSE-S3. */
export interface DefaultEncryption {
  readonly algorithm: "AES256" | "aws:kms" | "aws:kms:dsse"
  /** As it was put: an id, an ARN or an alias; absent: `aws/s3`. */
  readonly keyId?: string | undefined
  readonly bucketKey: boolean
  /** `BlockedEncryptionTypes` with SSE-C in it: writes with a customer's key are refused. */
  readonly customerKeysBlocked?: boolean | undefined
  /** PutBucketEncryption said it; absent: what new buckets have. */
  readonly configured?: true | undefined
}

/** Since April 2026 customers' keys are blocked in new buckets. */
export const NEW_ENCRYPTION: DefaultEncryption = Object.freeze({
  algorithm: "AES256",
  bucketKey: false,
  customerKeysBlocked: true,
})

/** A configuration of which a bucket may have many. */
export interface ConfigRow {
  /** The bucket's own id. */
  readonly bucket: number
  /** `inventory`, `analytics`, `metrics`, `intelligent-tiering`. */
  readonly kind: string
  readonly id: string
  /** In the form in which the model answers it. */
  readonly value: object
}

export const bucketConfigs = table<ConfigRow>("s3/bucketConfig", {
  key: (row) => [row.bucket, row.kind, row.id],
})
