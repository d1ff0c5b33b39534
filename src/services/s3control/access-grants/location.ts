import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Tags } from "../tagging/tags.ts"
import { locationMissing } from "./errors.ts"
import { instanceArn, type InstanceRef } from "./instance.ts"

/** A part of S3 with the role that is assumed for who is granted something in it. */
export interface GrantsLocation {
  readonly account: string
  readonly region: string
  /** `default` of the default location, a UUID of others. */
  readonly id: string
  /** `s3://…`, as registered. */
  readonly scope: string
  readonly roleArn: string
  readonly createdMs: number
  readonly tags: Tags
}

export const grantsLocations = table<GrantsLocation>("s3control/grants-location", {
  key: ({ account, region, id }) => [account, region, id],
  indexes: { byScope: ({ account, region, scope }) => [account, region, scope] },
})

/** "S3 Access Grants assigns the ID `default` to the default location `s3://`." */
export const DEFAULT_LOCATION = "default"

export const locationArn = (instance: InstanceRef, id: string): string =>
  `${instanceArn(instance)}/location/${id}`

export const lookUpLocation = (
  tx: ReadTx,
  { account, region }: InstanceRef,
  id: string,
): GrantsLocation | undefined => tx.get(grantsLocations, [account, region, id])

/** Throws NoSuchAccessGrantsLocationError. */
export function findLocation(tx: ReadTx, instance: InstanceRef, id: string): GrantsLocation {
  const found = lookUpLocation(tx, instance, id)
  if (!found) throw locationMissing()
  return found
}
