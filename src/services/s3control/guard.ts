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
  const named = IS_ON_POINT.test(request.action) ? input.Name : POINT.exec(request.resource)?.[1]
  if (named !== undefined) addPointKeys(keys, tx, { name: named, input, call })
  else if (WIDE_POINT.test(request.resource)) addWidePointKeys(keys, request)
  return { ...request, context: { ...keys, ...request.context } }
}

/** What is about one access point of a bucket in one Region; GetAccessPoint asks for no resource. */
const IS_ON_POINT = /^s3:(?:Create|Get|Put|Delete)AccessPoint(?:Policy(?:Status)?)?$/
/** The same, by its ARN: its tags. */
const POINT = /^arn:[^:]+:s3:[^:]+:\d+:accesspoint\/([^/]+)$/
/** One for several Regions, or one of Object Lambda. */
const WIDE_POINT = /^arn:[^:]+:(?:s3:|s3-object-lambda:[^:]+):\d+:accesspoint\//

interface Named extends Around {
  readonly name: string
}

function addPointKeys(keys: Keys, tx: ReadTx, { name, input, call }: Named): void {
  const { AccountId: account = call.account } = input
  const { partition, region } = call
  const point = tx.get(accessPoints, [account, region, name])
  const isNew = call.operation === "CreateAccessPoint"
  const vpcId = isNew ? input.VpcConfiguration?.VpcId : point?.vpcId
  addResourceTagKeys(keys, point?.tags, "s3:AccessPointTag")
  keys["s3:DataAccessPointAccount"] = account
  keys["s3:DataAccessPointArn"] = accessPointArn({ partition, region, account, name })
  if (point || isNew) keys["s3:AccessPointNetworkOrigin"] = vpcId === undefined ? "Internet" : "VPC"
}

/** AWS's list has them for these, too; that their origin is the internet is not verified. */
function addWidePointKeys(keys: Keys, { owner, resource }: AccessRequest): void {
  keys["s3:DataAccessPointAccount"] = owner
  keys["s3:DataAccessPointArn"] = resource
  keys["s3:AccessPointNetworkOrigin"] = "Internet"
}
