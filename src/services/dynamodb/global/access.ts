import type { AccessRequest } from "../../../iam/access.ts"
import { isRegion, partitionOf } from "../../../kernel/places.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { resourceTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { roleOfArn } from "../../iam/port.ts"
import { manageTable } from "../access.ts"
import type { In } from "../define.ts"
import { arnOf, lookUp, refOf } from "../tables/table.ts"

/** Docs: "DynamoDB global tables security", permissions in the Region of a new replica. */
const TO_CREATE = [
  ...["CreateTable", "CreateTableReplica", "Scan", "Query", "UpdateItem"],
  ...["PutItem", "GetItem", "DeleteItem", "BatchWriteItem"],
]
const TO_DELETE = ["DeleteTable", "DeleteTableReplica"]

/** What UpdateTable asks in all Regions. */
export function accessToUpdate(
  tx: ReadTx,
  input: In<"UpdateTable">,
  call: Call,
): readonly AccessRequest[] {
  const own = manageTable(tx, input, call)
  const { ReplicaUpdates = [], GlobalTableWitnessUpdates = [] } = input
  if (ReplicaUpdates.length + GlobalTableWitnessUpdates.length === 0) return [own]
  const ref = refOf(input.TableName, call)
  const inRegion = (region: string, actions: readonly string[]): AccessRequest[] => {
    // The operation will refuse it.
    if (!isRegion(region)) return []
    const there = { ...ref, region }
    const table = lookUp(tx, there)
    const context = resourceTagKeys(table?.tags)
    const of = { resource: arnOf(there), owner: ref.account, policy: table?.policy?.text, context }
    return actions.map((action) => ({ action: `dynamodb:${action}`, ...of }))
  }
  return [
    own,
    ...ReplicaUpdates.flatMap(({ Create, Update, Delete }) => [
      ...(Create ? inRegion(Create.RegionName, TO_CREATE) : []),
      ...(Update ? inRegion(Update.RegionName, ["UpdateTable"]) : []),
      ...(Delete ? inRegion(Delete.RegionName, TO_DELETE) : []),
    ]),
    ...GlobalTableWitnessUpdates.flatMap(({ Create, Delete }) => [
      ...(Create ? inRegion(ref.region, ["CreateGlobalTableWitness"]) : []),
      ...(Delete ? inRegion(ref.region, ["DeleteGlobalTableWitness"]) : []),
    ]),
    ...(ReplicaUpdates.some(({ Create }) => Create)
      ? accessToRole(tx, call, REPLICATION_ROLE)
      : []),
  ]
}

export interface ServiceRole {
  readonly service: string
  readonly name: string
}

export const REPLICATION_ROLE: ServiceRole = {
  service: "replication.dynamodb.amazonaws.com",
  name: "AWSServiceRoleForDynamoDBReplication",
}

/** Of replicas in several accounts. The name of its service is not verified. */
export const SETTINGS_ROLE: ServiceRole = {
  service: "globaltablesettingsmanagement.dynamodb.amazonaws.com",
  name: "AWSServiceRoleForDynamoDBGlobalTableSettingsManagement",
}

export const roleArnOf = (
  account: string,
  region: string,
  { service, name }: ServiceRole,
): string =>
  `arn:${partitionOf(region).id}:iam::${account}:role/aws-service-role/${service}/${name}`

/** Who uses a feature first has to be allowed to make the role that the service needs for it. */
export function accessToRole(
  tx: ReadTx,
  { account, region }: Call,
  role: ServiceRole,
): readonly AccessRequest[] {
  const resource = roleArnOf(account, region, role)
  if (roleOfArn(tx, account, resource)) return []
  const context = { "iam:AWSServiceName": role.service }
  return [{ action: "iam:CreateServiceLinkedRole", resource, owner: account, context }]
}
