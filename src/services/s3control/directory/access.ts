import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { requestTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import {
  directoryPointArn,
  directoryPoints,
  expressKeys,
  pointKeys,
  zoneOfPoint,
  type DirectoryPoint,
} from "../../s3/port.ts"
import type { OnPoint } from "../access-point/access.ts"
import { noSuchAccessPoint } from "../errors.ts"

/** Asks for the operation's action of S3 Express on the access point, there or not. */
export function pointAccess(tx: ReadTx, input: OnPoint, call: Call): AccessRequest {
  const { AccountId: account, Name: name } = input
  const { operation, partition, region } = call
  const point = tx.get(directoryPoints, [account, region, name])
  return {
    action: `s3express:${operation}`,
    resource: directoryPointArn({ partition, region, account, name }),
    owner: account,
    context: {
      ...expressKeys(account, call),
      ...(operation === "CreateAccessPoint" && {
        "s3express:LocationName": zoneOfPoint(name) ?? "",
      }),
      ...(point && pointKeys(point)),
      ...requestTagKeys(input),
    },
  }
}

/** Throws NoSuchAccessPoint. */
export function findPoint(tx: ReadTx, { AccountId, Name }: OnPoint, call: Call): DirectoryPoint {
  const point = tx.get(directoryPoints, [AccountId, call.region, Name])
  if (!point) throw noSuchAccessPoint(Name)
  return point
}
