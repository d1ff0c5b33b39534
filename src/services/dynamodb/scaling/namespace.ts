import type { ReadTx } from "../../../kernel/transaction.ts"
import type {
  Capacity,
  CapacityChange,
  ScalableDimension,
  ScalableNamespace,
  Scaled,
} from "../../application-autoscaling/port.ts"
import type { Kind } from "../capacity/traffic.ts"
import { usedUnitsOf } from "../capacity/used-units.ts"
import { lookUp, type GlobalIndex, type Table } from "../tables/table.ts"

/** What has the capacity that a resource ID means: a table, or a global index of it. */
interface Found {
  readonly table: Table
  readonly index: GlobalIndex | undefined
}

const TABLE_ID = /^table\/([a-zA-Z0-9_.-]{3,255})$/
const INDEX_ID = /^table\/([a-zA-Z0-9_.-]{3,255})\/index\/([a-zA-Z0-9_.-]{3,255})$/

function find(tx: ReadTx, { account, region, resourceId }: Scaled): Found | undefined {
  const [, name = "", indexName] = INDEX_ID.exec(resourceId) ?? TABLE_ID.exec(resourceId) ?? []
  const table = lookUp(tx, { account, region, name })
  if (!table || table.status === "DELETING") return undefined
  if (indexName === undefined) return { table, index: undefined }
  const index = table.globalIndexes.find((one) => one.name === indexName)
  return index && index.status !== "DELETING" ? { table, index } : undefined
}

const settingOf = ({ table, index }: Found) => (index ?? table).throughput

function capacityOf(found: Found, kind: Kind): Capacity {
  const { table, index } = found
  return {
    units: settingOf(found)[kind],
    isReady: table.status === "ACTIVE" && (index?.status ?? "ACTIVE") === "ACTIVE",
    isScalable: table.billing.mode === "PROVISIONED",
    // When an index was made nobody notes.
    sinceMs: index ? undefined : table.createdMs,
  }
}

/** UpdateTable takes both capacities at once. */
function changeOf(found: Found, kind: Kind, units: number): CapacityChange {
  const { table, index } = found
  const { read, write } = settingOf(found)
  const ProvisionedThroughput = {
    ReadCapacityUnits: kind === "read" ? units : read,
    WriteCapacityUnits: kind === "write" ? units : write,
  }
  const input = index
    ? {
        GlobalSecondaryIndexUpdates: [{ Update: { IndexName: index.name, ProvisionedThroughput } }],
      }
    : { ProvisionedThroughput }
  return { operation: "UpdateTable", input: { TableName: table.name, ...input } }
}

/** AWS's predefined metric of target tracking. */
export const metricOf = (kind: Kind): string =>
  kind === "read" ? "DynamoDBReadCapacityUtilization" : "DynamoDBWriteCapacityUtilization"

function dimension(of: "table" | "index", kind: Kind): ScalableDimension {
  return {
    title: `${kind} capacity units`,
    ids: of === "table" ? TABLE_ID : INDEX_ID,
    least: 1,
    metric: metricOf(kind),
    // Recorded; the developer guide says 20 to 90.
    targets: { least: 10, most: 90 },
    cooldownSeconds: 0,
    find: (tx, scaled) => {
      const found = find(tx, scaled)
      return found && capacityOf(found, kind)
    },
    // Recorded.
    missing: (resourceId) => `DynamoDB ${of} does not exist: ${resourceId}`,
    used: (tx, scaled, span) => {
      const found = find(tx, scaled)
      return found ? usedUnitsOf(tx, { id: (found.index ?? found.table).id, kind }, span) : []
    },
    change: (tx, scaled, units) => {
      const found = find(tx, scaled)
      if (!found) throw new Error(`${scaled.resourceId} is not there`)
      return changeOf(found, kind, units)
    },
  }
}

/** What Application Auto Scaling may change of DynamoDB. */
export const scalableTables: ScalableNamespace = Object.freeze({
  id: "dynamodb",
  role: {
    service: "dynamodb.application-autoscaling.amazonaws.com",
    name: "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
  },
  dimensions: {
    "dynamodb:table:ReadCapacityUnits": dimension("table", "read"),
    "dynamodb:table:WriteCapacityUnits": dimension("table", "write"),
    "dynamodb:index:ReadCapacityUnits": dimension("index", "read"),
    "dynamodb:index:WriteCapacityUnits": dimension("index", "write"),
  },
  holderOf: (resourceId: string) => resourceId.replace(/\/index\/.*$/, ""),
})
