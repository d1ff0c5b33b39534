import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidRequest } from "../errors.ts"
import { isOneOf } from "../given.ts"
import { accessTo, onSharedInstance } from "./access.ts"
import { describedGrant } from "./create-grant.ts"
import { GRANTEE_TYPES, PERMISSIONS } from "./enums.ts"
import { coverKey, findGrant, grantArn, grants, lookUpGrant, type Grant } from "./grant.ts"
import { callerGrantee } from "./grantee.ts"
import { findInstance, grantsInstances, instanceOf } from "./instance.ts"
import { pageOf } from "./pages.ts"

interface OnGrant {
  readonly AccountId: string
  readonly AccessGrantId: string
}

function onGrant(tx: ReadTx, input: OnGrant, call: Call): AccessRequest {
  const instance = instanceOf(input, call)
  const { AccessGrantId: id } = input
  const found = lookUpGrant(tx, instance, id)
  return accessTo(
    {
      ...{ instance, resource: grantArn(instance, id), tags: found?.tags },
      keys: found && { "s3:AccessGrantScope": found.path },
    },
    input,
    call,
  )
}

export const GetAccessGrant = op.read("GetAccessGrant", {
  authorize: onGrant,
  run(tx, input, call): Out<"GetAccessGrant"> {
    const instance = findInstance(tx, instanceOf(input, call))
    const grant = findGrant(tx, instance, input.AccessGrantId)
    // Here alone AWS names a subprefix where there is none, an empty one (reported).
    const { subPrefix: S3SubPrefix = "" } = grant
    return { ...describedGrant(grant), AccessGrantsLocationConfiguration: { S3SubPrefix } }
  },
})

export const DeleteAccessGrant = op.write("DeleteAccessGrant", {
  authorize: onGrant,
  run(tx, input, call): Out<"DeleteAccessGrant"> {
    const instance = findInstance(tx, instanceOf(input, call))
    tx.remove(grants, findGrant(tx, instance, input.AccessGrantId))
    tx.replace(grantsInstances, instance, { ...instance, grantCount: instance.grantCount - 1 })
    return {}
  },
})

export const ListAccessGrants = op.read("ListAccessGrants", {
  authorize: onSharedInstance,
  run(tx, input, call): Out<"ListAccessGrants"> {
    const { account, region } = findInstance(tx, instanceOf(input, call))
    const { Permission, GranteeType } = input
    if (!isOneOf(Permission, PERMISSIONS) || !isOneOf(GranteeType, GRANTEE_TYPES))
      throw invalidRequest("Invalid filter in the request")
    const { rows, NextToken } = pageOf(tx, input, {
      table: grants,
      prefix: [account, region],
      keyOf: ({ id }) => [id],
      wants: (grant) => isAskedFor(grant, input),
    })
    return {
      AccessGrantsList: rows.map(describedGrant),
      ...(NextToken !== undefined && { NextToken }),
    }
  },
})

/** Whether a filter with a wildcard means more than that path is not verified. */
function isAskedFor(grant: Grant, asked: In<"ListAccessGrants">): boolean {
  const { GranteeType, GranteeIdentifier, Permission, GrantScope, ApplicationArn } = asked
  const { grantee, permission, path, applicationArn } = grant
  return (
    (GranteeType === undefined || grantee.type === GranteeType) &&
    (GranteeIdentifier === undefined || grantee.id === GranteeIdentifier) &&
    (Permission === undefined || permission === Permission) &&
    (GrantScope === undefined || path === GrantScope) &&
    (ApplicationArn === undefined || applicationArn === ApplicationArn)
  )
}

/** "List the caller's access grants"; those of an application are for who comes through it. */
export const ListCallerAccessGrants = op.read("ListCallerAccessGrants", {
  authorize: onSharedInstance,
  run(tx, input, call): Out<"ListCallerAccessGrants"> {
    const { account, region } = findInstance(tx, instanceOf(input, call))
    const { GrantScope: fragment = "", AllowedByApplication: filtered } = input
    const grantee = callerGrantee(call.principal, call.partition)
    if (!grantee) return { CallerAccessGrantsList: [] }
    const { rows, NextToken } = pageOf(tx, input, {
      ...{ table: grants, index: "byGrantee" },
      prefix: [account, region, grantee.type, grantee.id],
      keyOf: ({ scope, id }) => [coverKey(scope), id],
      wants: ({ path, applicationArn }) =>
        path.startsWith(fragment) && !(filtered && applicationArn !== undefined),
    })
    return {
      CallerAccessGrantsList: rows.map(({ permission, path, applicationArn }) => ({
        ...{ Permission: permission, GrantScope: path },
        ApplicationArn: applicationArn ?? NO_APPLICATION,
      })),
      ...(NextToken !== undefined && { NextToken }),
    }
  },
})

/** As the user guide shows it beside `ALL`, which is for people of a directory; not verified. */
const NO_APPLICATION = "NA"
