import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { requestTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { accessPointArn, accessPoints, type AccessPoint } from "../../s3/port.ts"
import { noSuchAccessPoint } from "../errors.ts"

/** The input of any operation on one access point. */
export interface OnPoint {
  readonly AccountId: string
  readonly Name: string
}

/** AWS's list has no resource for it. */
const GET_POINT = "GetAccessPoint"

/** Asks for the operation's action on the access point, there or not. */
export const pointAccess = (
  _tx: ReadTx,
  { AccountId: account, Name: name }: OnPoint,
  { operation, partition, region }: Call,
): AccessRequest => ({
  action: `s3:${operation}`,
  resource: operation === GET_POINT ? "*" : accessPointArn({ partition, region, account, name }),
  owner: account,
  context: {},
})

/** "To create an access point with tags": that is tagging, too. */
export function creationAccess(
  tx: ReadTx,
  input: OnPoint & { readonly Tags?: readonly object[] | undefined },
  call: Call,
): readonly AccessRequest[] {
  const create = { ...pointAccess(tx, input, call), context: requestTagKeys(input) }
  return input.Tags?.length ? [create, { ...create, action: "s3:TagResource" }] : [create]
}

/** Throws NoSuchAccessPoint. */
export function findPoint(tx: ReadTx, { AccountId, Name }: OnPoint, call: Call): AccessPoint {
  const point = tx.get(accessPoints, [AccountId, call.region, Name])
  if (!point) throw noSuchAccessPoint(Name)
  return point
}
