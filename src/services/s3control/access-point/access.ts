import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
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

/** Asks for the action on the access point, whether or not it is there. */
export const pointAccess =
  (action: string) =>
  (_tx: ReadTx, { AccountId: account, Name: name }: OnPoint, call: Call): AccessRequest => ({
    action: `s3:${action}`,
    resource:
      action === GET_POINT
        ? "*"
        : accessPointArn({ partition: call.partition, region: call.region, account, name }),
    owner: account,
    context: {},
  })

/** Throws NoSuchAccessPoint. */
export function findPoint(tx: ReadTx, { AccountId, Name }: OnPoint, call: Call): AccessPoint {
  const point = tx.get(accessPoints, [AccountId, call.region, Name])
  if (!point) throw noSuchAccessPoint(Name)
  return point
}
