import { table } from "../../../kernel/table.ts"
import type { TimerId } from "../../../kernel/later/later.ts"
import { arn } from "../../../registry/arn.ts"
import { keyedByPlace, resource } from "../../../registry/resource.ts"
import type { KeySpec, KeyUsage } from "./spec.ts"

export type KeyOrigin = "AWS_KMS" | "EXTERNAL" | "AWS_CLOUDHSM" | "EXTERNAL_KEY_STORE"

/** A KMS key, without its material: use of the key never writes this row. */
export interface Key {
  readonly account: string
  readonly region: string
  /** A UUID, or `mrk-` and 32 hexadecimal digits. */
  readonly id: string
  /** Who manages it: the account, or the service for which KMS has made it. */
  readonly manager: "AWS" | "CUSTOMER"
  readonly spec: KeySpec
  readonly usage: KeyUsage
  readonly origin: KeyOrigin
  readonly description: string
  readonly policy: string
  readonly tags: Readonly<Record<string, string>>
  readonly createdMs: number
  readonly enabled: boolean
  /** The material that new ciphertexts are made with; absent until some is imported. */
  readonly materialId?: string | undefined
  /** Imported material is missing: none was ever there, or some expired or was deleted. */
  readonly pendingImport?: boolean | undefined
  /** A replica whose material is on its way. */
  readonly creating?: boolean | undefined
  readonly deletion?: KeyDeletion | undefined
  readonly rotation?: Rotation | undefined
  /** How often it was rotated on demand. */
  readonly onDemandRotations?: number | undefined
  /** Of multi-Region keys: the Region of the primary. */
  readonly primaryRegion?: string | undefined
  readonly keyStoreId?: string | undefined
  readonly xksKeyId?: string | undefined
}

export interface KeyDeletion {
  readonly days: number
  /** Absent of a primary that waits for its replicas to go. */
  readonly atMs?: number | undefined
  readonly timer?: TimerId | undefined
}

export interface Rotation {
  readonly periodDays: number
  readonly nextMs: number
  readonly timer: TimerId
}

export const keys = table<Key>("kms/key", {
  key: ({ account, region, id }) => [account, region, id],
  indexes: {
    // The primary and the replicas of a multi-Region key have the same id.
    byMultiRegionId: ({ account, id, primaryRegion }) =>
      primaryRegion !== undefined && [account, id],
    byKeyStore: ({ account, region, keyStoreId }) =>
      keyStoreId !== undefined && [account, region, keyStoreId],
  },
  cached: true,
})

export type KeyRef = Pick<Key, "account" | "region" | "id">

export const refOf = ({ account, region, id }: KeyRef): KeyRef => ({ account, region, id })

export const keyArn = ({ account, region, id }: KeyRef): string =>
  arn("kms", region, account, `key/${id}`)

export const keyResource = resource<Key>("AWS::KMS::Key", {
  table: keys,
  scope: "regional",
  title: "KMS key",
  arn: keyArn,
  tagsOf: ({ tags }) => tags,
  policyOf: ({ policy }) => policy,
  ...keyedByPlace(keys, "key/"),
  tags: {
    tag: ({ id }, tags) => [
      "TagResource",
      {
        KeyId: id,
        Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      },
    ],
    untag: ({ id }, TagKeys) => ["UntagResource", { KeyId: id, TagKeys }],
  },
  console: { columns: ["id", "spec", "createdMs"] },
})
