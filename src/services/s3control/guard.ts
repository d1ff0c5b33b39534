import type { AccessRequest } from "../../iam/access.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { addResourceTagKeys } from "../../registry/authorize.ts"
import type { Call } from "../../registry/call.ts"
import { guardedBy } from "../../registry/guard.ts"
import { accessPointArn, accessPoints, addCallKeys } from "../s3/port.ts"

type Keys = Record<string, string | readonly string[]>

interface Around {
  readonly input: OnPoint
  readonly call: Call
}

interface OnPoint {
  readonly AccountId?: string | undefined
  readonly Name?: string | undefined
  readonly VpcConfiguration?: { readonly VpcId?: string | undefined } | undefined
}

/**
 * Adds, once for all operations, the condition keys that S3's actions share ("Actions, resources,
 * and condition keys for Amazon S3"): how the request came, whose resource it is about, and of an
 * access point what it is, or shall be.
 */
export const guarded = guardedBy((tx, request, around: Around) => [withKeys(tx, request, around)])

function withKeys(tx: ReadTx, request: AccessRequest, { input, call }: Around): AccessRequest {
  // A role that is passed on is IAM's, S3 Express adds its own.
  if (!request.action.startsWith("s3:")) return request
  const keys: Keys = { "s3:ResourceAccount": request.owner }
  addCallKeys(keys, call)
  if (IS_ON_POINT.test(request.action)) addPointKeys(keys, tx, { input, call })
  return { ...request, context: { ...keys, ...request.context } }
}

/** What is about one access point of a bucket in one Region. */
const IS_ON_POINT = /^s3:(?:Create|Get|Put|Delete)AccessPoint(?:Policy(?:Status)?)?$/

function addPointKeys(keys: Keys, tx: ReadTx, { input, call }: Around): void {
  const { AccountId: account = call.account, Name: name } = input
  if (name === undefined) return
  const { partition, region } = call
  const point = tx.get(accessPoints, [account, region, name])
  const isNew = call.operation === "CreateAccessPoint"
  const vpcId = isNew ? input.VpcConfiguration?.VpcId : point?.vpcId
  addResourceTagKeys(keys, point?.tags, "s3:AccessPointTag")
  keys["s3:DataAccessPointAccount"] = account
  keys["s3:DataAccessPointArn"] = accessPointArn({ partition, region, account, name })
  if (point || isNew) keys["s3:AccessPointNetworkOrigin"] = vpcId === undefined ? "Internet" : "VPC"
}
