import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { bucketNamed } from "../../s3/port.ts"
import { op, type In, type Out } from "../define.ts"
import { accessTo } from "./access.ts"
import { malformedXml } from "../errors.ts"
import { isOneOf } from "../given.ts"
import { grantExists, invalidGrant, invalidGrantee, tooManyGrants } from "./errors.ts"
import { PERMISSIONS, PREFIX_TYPES } from "./enums.ts"
import { coverKey, grantArn, grants, type Grant } from "./grant.ts"
import { assertIdentity, describedGrantee, granteeOf } from "./grantee.ts"
import { isKnown } from "./identity-center.ts"
import {
  findInstance,
  grantsInstances,
  instanceOf,
  type GrantsInstance,
  type IdentityCenter,
} from "./instance.ts"
import { GRANTS, OF_ONE_PATH } from "./limits.ts"
import { findLocation, lookUpLocation, type GrantsLocation } from "./location.ts"
import { covers, EVERYTHING, grantPath, scopeOf, type Scope } from "./scope.ts"
import { newTags } from "./tags.ts"

type Input = In<"CreateAccessGrant">

export const CreateAccessGrant = op.action("CreateAccessGrant", {
  authorize: creatingGrant,
  begin(tx, input, call): Out<"CreateAccessGrant"> | undefined {
    const grantee = granteeOf(input.Grantee)
    const plan = planned(tx, input, call)
    // Of these Identity Center knows, which is asked in no transaction.
    if (grantee.type !== "IAM" || input.ApplicationArn !== undefined) return undefined
    assertIdentity(tx, grantee.id, call)
    return grantIt(tx, plan)
  },
  async run(ctx, input, call): Promise<Out<"CreateAccessGrant">> {
    const { type, id } = granteeOf(input.Grantee)
    const center = await ctx.read((tx) => centerOf(tx, input, call))
    if (type === "IAM") await ctx.read((tx) => assertIdentity(tx, id, call))
    else {
      const operation = type === "DIRECTORY_USER" ? "DescribeUser" : "DescribeGroup"
      if (!(await isKnown(ctx, call, { center, operation, id }))) throw invalidGrantee()
    }
    return ctx.write((tx) => grantIt(tx, planned(tx, input, call)))
  },
})

/** A grant that is not there yet has no id to ask for. */
function creatingGrant(tx: ReadTx, input: Input, call: Call): AccessRequest {
  const { Permission, S3PrefixType } = input
  if (!isOneOf(Permission, PERMISSIONS) || !isOneOf(S3PrefixType, PREFIX_TYPES))
    throw malformedXml()
  const instance = instanceOf(input, call)
  const location = lookUpLocation(tx, instance, input.AccessGrantsLocationId)
  const keys = location && { "s3:AccessGrantScope": pathOf(location, input) }
  return accessTo({ instance, resource: grantArn(instance, "*"), keys }, input, call)
}

function pathOf({ scope }: GrantsLocation, input: Input): string {
  const { AccessGrantsLocationConfiguration: within, S3PrefixType } = input
  return grantPath(scope, {
    subPrefix: within?.S3SubPrefix,
    isObject: S3PrefixType === "Object",
  })
}

/** People of a directory, and applications, are those of the instance's Identity Center. */
function centerOf(tx: ReadTx, input: Input, call: Call): IdentityCenter {
  const { identityCenter } = findInstance(tx, instanceOf(input, call))
  if (!identityCenter) throw invalidGrantee()
  return identityCenter
}

interface Plan {
  readonly instance: GrantsInstance
  readonly grant: Omit<Grant, "id" | "createdMs">
}

/** What would be granted, checked. */
function planned(tx: ReadTx, input: Input, call: Call): Plan {
  const instance = findInstance(tx, instanceOf(input, call))
  const location = findLocation(tx, instance, input.AccessGrantsLocationId)
  const path = pathOf(location, input)
  const { AccessGrantsLocationConfiguration: within, ApplicationArn } = input
  const { account, region } = instance
  const grant: Plan["grant"] = {
    ...{ account, region, path, locationId: location.id, permission: input.Permission },
    ...{ grantee: granteeOf(input.Grantee), tags: newTags(input.Tags) },
    scope: scopeIn(tx, { location, path, isObject: input.S3PrefixType === "Object", call }),
    ...(within?.S3SubPrefix !== undefined && { subPrefix: within.S3SubPrefix }),
    ...(ApplicationArn !== undefined && { applicationArn: ApplicationArn }),
  }
  return { instance, grant }
}

interface Path {
  readonly location: GrantsLocation
  readonly path: string
  readonly isObject: boolean
  readonly call: Call
}

/**
 * "You cannot create a grant to a bucket if the bucket does not yet exist", nor one for all of the
 * default location. That a grant stays within its location is so by how its path is made.
 */
function scopeIn(tx: ReadTx, { location, path, isObject, call }: Path): Scope {
  const scope = scopeOf(path, isObject)
  const bucket = scope && bucketNamed(tx, call.partition, scope.bucket)
  if (!scope || bucket?.account !== location.account || bucket.region !== location.region)
    throw invalidGrant()
  const outer = location.scope === EVERYTHING ? undefined : scopeOf(location.scope, false)
  if (outer && !covers(outer, scope)) throw invalidGrant()
  return scope
}

function grantIt(tx: WriteTx, { instance, grant }: Plan): Out<"CreateAccessGrant"> {
  const { account, region, grantee, scope } = grant
  const prefix = [account, region, grantee.type, grantee.id, coverKey(scope)]
  const { rows } = tx.scan(grants, { index: "byGrantee", prefix, limit: OF_ONE_PATH })
  if (rows.length >= OF_ONE_PATH || rows.some((one) => isSame(one, grant))) throw grantExists()
  if (instance.grantCount >= GRANTS) throw tooManyGrants(GRANTS)
  const made: Grant = { ...grant, id: tx.random("s3control/grant").uuid(), createdMs: tx.now }
  tx.put(grants, made)
  tx.replace(grantsInstances, instance, { ...instance, grantCount: instance.grantCount + 1 })
  return describedGrant(made)
}

/** What makes two grants one is not verified. */
const isSame = (one: Grant, other: Plan["grant"]): boolean =>
  one.permission === other.permission &&
  one.scope.isObject === other.scope.isObject &&
  one.applicationArn === other.applicationArn

export const describedGrant = (grant: Grant) => ({
  ...{ CreatedAt: grant.createdMs, AccessGrantId: grant.id, Permission: grant.permission },
  ...{ AccessGrantArn: grantArn(grant, grant.id), Grantee: describedGrantee(grant.grantee) },
  ...{ AccessGrantsLocationId: grant.locationId, GrantScope: grant.path },
  ...(grant.subPrefix !== undefined && {
    AccessGrantsLocationConfiguration: { S3SubPrefix: grant.subPrefix },
  }),
  ...(grant.applicationArn !== undefined && { ApplicationArn: grant.applicationArn }),
})
