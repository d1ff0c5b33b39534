import type { AccessRequest } from "../../../iam/access.ts"
import type { Call } from "../../../registry/call.ts"
import { arnOf, refOf } from "../tables/table.ts"

/** "DynamoDB read and write permissions on the target table are necessary for restore". */
const ACTIONS: readonly string[] = [
  ...["BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"],
]

/** What a restore asks besides its own action (docs: "Using IAM with DynamoDB backup and restore"). */
export function accessToTarget(name: string, call: Call): readonly AccessRequest[] {
  const ref = refOf(name, call)
  const resource = arnOf(ref)
  return ACTIONS.map((action) => ({ action: `dynamodb:${action}`, resource, owner: ref.account }))
}
