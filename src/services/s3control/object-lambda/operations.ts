import type { WriteTx } from "../../../kernel/transaction.ts"
import {
  ALL_BLOCKED,
  objectLambdaArn,
  objectLambdaPoints,
  type ObjectLambdaPoint,
} from "../../s3/port.ts"
import { pageByName } from "../access-point/list.ts"
import { isAccessPointName, newAlias } from "../access-point/names.ts"
import { op, type Out } from "../define.ts"
import { accessPointAlreadyOwnedByYou, invalidUri, tooManyAccessPoints } from "../errors.ts"
import { findLambdaPoint, lambdaPointAccess } from "./access.ts"
import {
  GetAccessPointConfigurationForObjectLambda,
  PutAccessPointConfigurationForObjectLambda,
  readConfiguration,
} from "./configuration.ts"
import {
  DeleteAccessPointPolicyForObjectLambda,
  GetAccessPointPolicyForObjectLambda,
  GetAccessPointPolicyStatusForObjectLambda,
  PutAccessPointPolicyForObjectLambda,
} from "./policy.ts"

/** "You can create a maximum of 1,000 Object Lambda Access Points per account per Region." */
const MOST = 1_000

const CreateAccessPointForObjectLambda = op.write("CreateAccessPointForObjectLambda", {
  authorize: lambdaPointAccess,
  run(tx, input, call): Out<"CreateAccessPointForObjectLambda"> {
    const { AccountId: account, Name: name } = input
    const { partition, region } = call
    if (!isAccessPointName(name)) throw invalidUri(`accesspointforobjectlambda/${name}`)
    const configuration = readConfiguration(tx, input.Configuration, { account, region })
    if (tx.get(objectLambdaPoints, [account, region, name])) throw accessPointAlreadyOwnedByYou()
    assertRoom(tx, account, region)
    const alias = newAlias(tx, name, "object-lambda")
    const point = { partition, account, region, name, alias, createdMs: tx.now, configuration }
    tx.insert(objectLambdaPoints, point)
    return { ObjectLambdaAccessPointArn: objectLambdaArn(point), Alias: aliasOf(point) }
  },
})

function assertRoom(tx: WriteTx, account: string, region: string): void {
  if (tx.count(objectLambdaPoints, { prefix: [account, region], limit: MOST }) >= MOST)
    throw tooManyAccessPoints()
}

const GetAccessPointForObjectLambda = op.read("GetAccessPointForObjectLambda", {
  authorize: lambdaPointAccess,
  run(tx, input, call): Out<"GetAccessPointForObjectLambda"> {
    const point = findLambdaPoint(tx, input, call)
    return {
      Name: point.name,
      // "S3 Object Lambda does not allow anonymous or public access".
      PublicAccessBlockConfiguration: ALL_BLOCKED,
      CreationDate: point.createdMs,
      Alias: aliasOf(point),
    }
  },
})

const DeleteAccessPointForObjectLambda = op.write("DeleteAccessPointForObjectLambda", {
  authorize: lambdaPointAccess,
  run(tx, input, call): Out<"DeleteAccessPointForObjectLambda"> {
    tx.remove(objectLambdaPoints, findLambdaPoint(tx, input, call))
    return {}
  },
})

const ListAccessPointsForObjectLambda = op.read("ListAccessPointsForObjectLambda", {
  authorize: (_tx, { AccountId: owner }) => ({
    action: "s3:ListAccessPointsForObjectLambda",
    resource: "*",
    owner,
    context: {},
  }),
  run(tx, input, { region }): Out<"ListAccessPointsForObjectLambda"> {
    const { rows } = tx.scan(objectLambdaPoints, { prefix: [input.AccountId, region], limit: MOST })
    const { page, more } = pageByName(rows, input)
    return {
      ObjectLambdaAccessPointList: page.map((point) => ({
        Name: point.name,
        ObjectLambdaAccessPointArn: objectLambdaArn(point),
        Alias: aliasOf(point),
      })),
      ...more,
    }
  },
})

/** Aliases are usable at once. */
const aliasOf = ({ alias }: ObjectLambdaPoint) => ({ Value: alias, Status: "READY" as const })

export const objectLambdaOperations = {
  ...{ CreateAccessPointForObjectLambda, GetAccessPointForObjectLambda },
  ...{ DeleteAccessPointForObjectLambda, ListAccessPointsForObjectLambda },
  ...{ GetAccessPointConfigurationForObjectLambda, PutAccessPointConfigurationForObjectLambda },
  ...{ PutAccessPointPolicyForObjectLambda, GetAccessPointPolicyForObjectLambda },
  ...{ DeleteAccessPointPolicyForObjectLambda, GetAccessPointPolicyStatusForObjectLambda },
}
