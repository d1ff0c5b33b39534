import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { In } from "../define.ts"
import type { Tags } from "../tagging/tags.ts"
import { grantMissing } from "./errors.ts"
import { instanceArn, type InstanceRef } from "./instance.ts"
import type { Scope } from "./scope.ts"

type Asked = In<"CreateAccessGrant">
/** `READ`, `WRITE` or `READWRITE`. */
export type Permission = Asked["Permission"]
export type GranteeType = NonNullable<Asked["Grantee"]["GranteeType"]>

/** Somebody who may be granted something. */
export interface Grantee {
  readonly type: GranteeType
  /** The ARN of a user or role, or an id in a directory. */
  readonly id: string
}

/** What lets a grantee read or write what a path covers. */
export interface Grant {
  readonly account: string
  readonly region: string
  readonly id: string
  readonly grantee: Grantee
  readonly permission: Permission
  readonly locationId: string
  /** As given. */
  readonly subPrefix?: string | undefined
  /** `GrantScope`: the path of location and subprefix. */
  readonly path: string
  /** What the path covers. */
  readonly scope: Scope
  /** The application of Identity Center through which alone it holds. */
  readonly applicationArn?: string | undefined
  readonly createdMs: number
  readonly tags: Tags
}

export const grants = table<Grant>("s3control/grant", {
  key: ({ account, region, id }) => [account, region, id],
  indexes: {
    byLocation: ({ account, region, locationId }) => [account, region, locationId],
    byGrantee: ({ account, region, grantee, scope, id }) => [
      ...[account, region, grantee.type, grantee.id],
      ...[coverKey(scope), id],
    ],
  },
})

/** Under which a grantee's grants are found: of two that cover something the longer one is closer. */
export const coverKey = ({ bucket, key }: Scope): string => `${bucket}/${key}`

export const grantArn = (instance: InstanceRef, id: string): string =>
  `${instanceArn(instance)}/grant/${id}`

export const lookUpGrant = (
  tx: ReadTx,
  { account, region }: InstanceRef,
  id: string,
): Grant | undefined => tx.get(grants, [account, region, id])

/** Throws NoSuchAccessGrantError. */
export function findGrant(tx: ReadTx, instance: InstanceRef, id: string): Grant {
  const found = lookUpGrant(tx, instance, id)
  if (!found) throw grantMissing()
  return found
}
