import type { ActionContext } from "../../../kernel/action.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { parseArn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { bucketNamed } from "../../s3/port.ts"
import { op, type In, type Out } from "../define.ts"
import { accessTo, onSharedInstance, passing } from "./access.ts"
import {
  invalidLocation,
  invalidRole,
  locationExists,
  locationNotEmpty,
  tooManyLocations,
} from "./errors.ts"
import { grants } from "./grant.ts"
import { findInstance, instanceOf, type InstanceRef } from "./instance.ts"
import { LOCATIONS, SHORTEST_SECONDS } from "./limits.ts"
import {
  DEFAULT_LOCATION,
  findLocation,
  grantsLocations,
  locationArn,
  lookUpLocation,
  type GrantsLocation,
} from "./location.ts"
import { pageOf } from "./pages.ts"
import { assumeRole } from "./role.ts"
import { EVERYTHING, scopeOf } from "./scope.ts"
import { newTags } from "./tags.ts"

interface OnLocation {
  readonly AccountId: string
  readonly AccessGrantsLocationId: string
}

export const CreateAccessGrantsLocation = op.action("CreateAccessGrantsLocation", {
  authorize(_tx, input, call) {
    return [creating(input, call), ...passing(input.IAMRoleArn)]
  },
  async run(ctx, input, call): Promise<Out<"CreateAccessGrantsLocation">> {
    const instance = instanceOf(input, call)
    await ctx.read((tx) => assertFits(tx, input, { instance, call }))
    await assertAssumable(ctx, instance, input.IAMRoleArn)
    return ctx.write((tx) => {
      // Others may have come while the role was tried.
      assertFits(tx, input, { instance, call })
      const { LocationScope: scope, IAMRoleArn: roleArn } = input
      const location: GrantsLocation = {
        ...{ ...instance, scope, roleArn, createdMs: tx.now, tags: newTags(input.Tags) },
        id: scope === EVERYTHING ? DEFAULT_LOCATION : tx.random("s3control/grants-location").uuid(),
      }
      tx.put(grantsLocations, location)
      return described(location)
    })
  },
})

/** The id of a location that is not there yet nobody knows, but the default one's. */
function creating(input: In<"CreateAccessGrantsLocation">, call: Call) {
  const { LocationScope: scope } = input
  const instance = instanceOf(input, call)
  const resource = locationArn(instance, scope === EVERYTHING ? DEFAULT_LOCATION : "*")
  return accessTo({ instance, resource, keys: scopeKey(scope) }, input, call)
}

const scopeKey = (scope: string) => ({ "s3:AccessGrantsLocationScope": scope })

function onLocation(tx: ReadTx, input: OnLocation, call: Call) {
  const instance = instanceOf(input, call)
  const { AccessGrantsLocationId: id } = input
  const found = lookUpLocation(tx, instance, id)
  return accessTo(
    {
      ...{ instance, resource: locationArn(instance, id), tags: found?.tags },
      keys: found && scopeKey(found.scope),
    },
    input,
    call,
  )
}

/** The order of these is not verified. */
function assertFits(
  tx: ReadTx,
  { LocationScope: scope, Tags }: In<"CreateAccessGrantsLocation">,
  { instance, call }: { readonly instance: InstanceRef; readonly call: Call },
): void {
  findInstance(tx, instance)
  const prefix = [instance.account, instance.region]
  if (scope !== EVERYTHING) assertBucket(tx, scope, { instance, call })
  if (tx.first(grantsLocations, { index: "byScope", prefix: [...prefix, scope] }))
    throw locationExists()
  newTags(Tags)
  if (tx.count(grantsLocations, { prefix, limit: LOCATIONS }) >= LOCATIONS)
    throw tooManyLocations(LOCATIONS)
}

/** "These buckets must be located in the same AWS Region as your S3 Access Grants instance." */
function assertBucket(
  tx: ReadTx,
  path: string,
  { instance, call }: { readonly instance: InstanceRef; readonly call: Call },
): void {
  const scope = scopeOf(path, false)
  const bucket = scope && bucketNamed(tx, call.partition, scope.bucket)
  if (bucket?.account !== instance.account || bucket.region !== instance.region)
    throw invalidLocation()
}

/**
 * Assumes the role once, as will be done for each grantee. AWS answers InvalidIamRole to a role that
 * it does not know yet (reported); that it tries the trust policy too is not verified.
 */
async function assertAssumable(
  ctx: ActionContext,
  instance: InstanceRef,
  RoleArn: string,
): Promise<void> {
  if (parseArn(RoleArn)?.account !== instance.account) throw invalidRole()
  try {
    await assumeRole(ctx, instance, {
      ...{ RoleArn, RoleSessionName: "access-grants", DurationSeconds: SHORTEST_SECONDS },
    })
  } catch (error) {
    if (error instanceof AwsError) throw invalidRole()
    throw error
  }
}

export const GetAccessGrantsLocation = op.read("GetAccessGrantsLocation", {
  authorize: onLocation,
  run(tx, input, call): Out<"GetAccessGrantsLocation"> {
    const instance = findInstance(tx, instanceOf(input, call))
    return described(findLocation(tx, instance, input.AccessGrantsLocationId))
  },
})

export const ListAccessGrantsLocations = op.read("ListAccessGrantsLocations", {
  authorize: onSharedInstance,
  run(tx, input, call): Out<"ListAccessGrantsLocations"> {
    const { account, region } = findInstance(tx, instanceOf(input, call))
    const { LocationScope: scope } = input
    const { rows, NextToken } = pageOf(tx, input, {
      table: grantsLocations,
      prefix: [account, region],
      keyOf: ({ id }) => [id],
      wants: (location) => scope === undefined || location.scope === scope,
    })
    return {
      AccessGrantsLocationsList: rows.map(described),
      ...(NextToken !== undefined && { NextToken }),
    }
  },
})

export const UpdateAccessGrantsLocation = op.action("UpdateAccessGrantsLocation", {
  authorize(tx, input, call) {
    return [onLocation(tx, input, call), ...passing(input.IAMRoleArn)]
  },
  async run(ctx, input, call): Promise<Out<"UpdateAccessGrantsLocation">> {
    const { AccessGrantsLocationId: id, IAMRoleArn: roleArn } = input
    const instance = instanceOf(input, call)
    const find = (tx: ReadTx) => findLocation(tx, findInstance(tx, instance), id)
    await ctx.read(find)
    await assertAssumable(ctx, instance, roleArn)
    return ctx.write((tx) => {
      const found = find(tx)
      const location = { ...found, roleArn }
      tx.replace(grantsLocations, found, location)
      return described(location)
    })
  },
})

export const DeleteAccessGrantsLocation = op.write("DeleteAccessGrantsLocation", {
  authorize: onLocation,
  run(tx, input, call): Out<"DeleteAccessGrantsLocation"> {
    const instance = findInstance(tx, instanceOf(input, call))
    const location = findLocation(tx, instance, input.AccessGrantsLocationId)
    const { account, region, id } = location
    if (tx.first(grants, { index: "byLocation", prefix: [account, region, id] }))
      throw locationNotEmpty()
    tx.remove(grantsLocations, location)
    return {}
  },
})

const described = (location: GrantsLocation) => ({
  ...{ CreatedAt: location.createdMs, AccessGrantsLocationId: location.id },
  AccessGrantsLocationArn: locationArn(location, location.id),
  ...{ LocationScope: location.scope, IAMRoleArn: location.roleArn },
})
