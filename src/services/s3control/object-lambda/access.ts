import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { objectLambdaArn, objectLambdaPoints, type ObjectLambdaPoint } from "../../s3/port.ts"
import type { OnPoint } from "../access-point/access.ts"
import { noSuchAccessPoint } from "../errors.ts"

/** Asks for the operation's action on the Object Lambda access point, there or not. */
export const lambdaPointAccess = (
  _tx: ReadTx,
  { AccountId: account, Name: name }: OnPoint,
  { operation, partition, region }: Call,
): AccessRequest => ({
  action: `s3:${operation}`,
  resource: objectLambdaArn({ partition, region, account, name }),
  owner: account,
  context: {},
})

/** Throws NoSuchAccessPoint: the code by which Terraform knows that one is gone. */
export function findLambdaPoint(
  tx: ReadTx,
  { AccountId, Name }: OnPoint,
  call: Call,
): ObjectLambdaPoint {
  const point = tx.get(objectLambdaPoints, [AccountId, call.region, Name])
  if (!point) throw noSuchAccessPoint(Name)
  return point
}
