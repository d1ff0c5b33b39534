import { partitionOf } from "../../../kernel/places.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import type { Tags } from "../tagging/tags.ts"
import { instanceMissing } from "./errors.ts"

/** The Identity Center whose people an instance knows. */
export interface IdentityCenter {
  readonly instanceArn: string
  /** The application that was made in it for this Access Grants instance. */
  readonly applicationArn: string
  readonly identityStoreId: string
}

/** "You can have one S3 Access Grants instance per Region per account." */
export interface GrantsInstance {
  readonly account: string
  readonly region: string
  readonly createdMs: number
  readonly tags: Tags
  /** How many grants it has: there may be too many to count them. */
  readonly grantCount: number
  readonly identityCenter?: IdentityCenter | undefined
  /** What opens it to other accounts. */
  readonly policy?: ResourcePolicy | undefined
}

export interface ResourcePolicy {
  readonly text: string
  readonly organization?: string | undefined
  readonly createdMs: number
}

export const grantsInstances = table<GrantsInstance>("s3control/grants-instance", {
  key: ({ account, region }) => [account, region],
  cached: true,
})

/** "The ID is `default`." */
export const INSTANCE_ID = "default"

export type InstanceRef = Pick<GrantsInstance, "account" | "region">

/** The input of any operation on an instance. */
export interface OnInstance {
  readonly AccountId: string
}

export const instanceOf = (
  { AccountId: account }: OnInstance,
  { region }: Pick<Call, "region">,
): InstanceRef => ({ account, region })

/** Locations and grants have ARNs behind it. */
export const instanceArn = ({ account, region }: InstanceRef): string =>
  `arn:${partitionOf(region).id}:s3:${region}:${account}:access-grants/${INSTANCE_ID}`

export const lookUpInstance = (
  tx: ReadTx,
  { account, region }: InstanceRef,
): GrantsInstance | undefined => tx.get(grantsInstances, [account, region])

/** Throws AccessGrantsInstanceNotExistsError. */
export function findInstance(tx: ReadTx, ref: InstanceRef): GrantsInstance {
  const found = lookUpInstance(tx, ref)
  if (!found) throw instanceMissing()
  return found
}
