import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { countHours } from "../capacity/hourly.ts"
import type { In } from "../define.ts"
import { invalidRequest } from "../errors.ts"
import { countOf } from "../items/rows.ts"
import { RESTORES } from "../limits.ts"
import { encryptionOf } from "../tables/encryption.ts"
import { assertQuotas } from "../tables/quotas.ts"
import {
  arnOf,
  assertTableName,
  lookUp,
  refOf,
  sameTable,
  tables,
  type ExactRef,
  type Restore,
  type Table,
  type TableRef,
} from "../tables/table.ts"
import { onDemandLimits, tableThroughput } from "../tables/throughput.ts"
import { restores } from "./restores.ts"
import { restoredIndexes } from "./restored-indexes.ts"

/** What both kinds of restore have in common. */
export type Overrides = Pick<
  In<"RestoreTableFromBackup">,
  | "TargetTableName"
  | "BillingModeOverride"
  | "GlobalSecondaryIndexOverride"
  | "LocalSecondaryIndexOverride"
  | "ProvisionedThroughputOverride"
  | "OnDemandThroughputOverride"
  | "SSESpecificationOverride"
>

/**
 * A new table like another one, without items yet. Tags, streams, time to live, policies, deletion
 * protection, point-in-time recovery and the table class are not restored (docs: "Restoring a DynamoDB
 * table"; recorded).
 */
export function newRestoredTable(
  tx: WriteTx,
  { source, input, restore }: { source: Table; input: Overrides; restore: Restore },
  call: Call,
): Table {
  assertTableName(input.TargetTableName)
  const ref = refOf(input.TargetTableName, call)
  assertFree(lookUp(tx, ref))
  assertRestores(tx, ref)
  const table = restoredTable(tx, { source, input, restore, ref }, call)
  assertQuotas(tx, undefined, table)
  tx.insert(tables, table)
  tx.put(restores, { ...ref, id: table.id })
  countHours(tx, table)
  return table
}

/** Recorded; of a restore from no backup the words are not verified. */
function assertFree(there: Table | undefined): void {
  if (!there) return
  const { name, restore, status } = there
  if (restore?.inProgress && status === "CREATING") {
    const from = restore.backupArn === undefined ? "" : ` from backup: ${restore.backupArn}`
    throw new AwsError("TableInUseException", `Table: ${name} is already being restored${from}`)
  }
  throw new AwsError("TableAlreadyExistsException", `Table already exists: ${name}`)
}

interface Restored {
  readonly source: Table
  readonly input: Overrides
  readonly restore: Restore
  readonly ref: TableRef
}

function restoredTable(tx: WriteTx, { source, input, restore, ref }: Restored, call: Call): Table {
  const mode = (input.BillingModeOverride ?? source.billing.mode) as Table["billing"]["mode"]
  const isSame = mode === source.billing.mode
  const given = input.ProvisionedThroughputOverride
  assertOverrides(mode, { input, isSame })
  const throughput = given || !isSame ? tableThroughput(mode, given) : bare(source.throughput)
  const onDemand = input.OnDemandThroughputOverride
  return {
    ...ref,
    id: tx.serial(),
    uuid: tx.random("dynamodb/table-id").uuid(),
    status: "CREATING",
    createdMs: tx.now,
    ...restoredIndexes(tx, { source, input, mode }),
    keys: source.keys,
    billing: mode === "PROVISIONED" ? { mode } : { mode, onDemandSinceMs: [tx.now] },
    throughput,
    onDemand: onDemand ? onDemandLimits(mode, onDemand) : isSame ? source.onDemand : undefined,
    tableClass: "STANDARD",
    encryption: restoredEncryption(tx, { source, input, ref }, call),
    deletionProtection: false,
    tags: {},
    restore,
  }
}

/** What goes with the billing mode that the table will have (recorded). */
function assertOverrides(
  mode: Table["billing"]["mode"],
  { input, isSame }: { readonly input: Overrides; readonly isSame: boolean },
): void {
  const { BillingModeOverride, ProvisionedThroughputOverride: given } = input
  if (given && mode === "PAY_PER_REQUEST")
    throw invalidRequest(
      BillingModeOverride === undefined
        ? "Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED"
        : "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST",
    )
  if (!given && mode === "PROVISIONED" && !isSame)
    throw invalidRequest(
      "Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED",
    )
  for (const [name, units] of Object.entries(input.OnDemandThroughputOverride ?? {})) {
    if (mode === "PROVISIONED")
      throw invalidRequest(
        `Cannot override ${name} for OnDemandThroughput unless BillingModeOverride is PAY_PER_REQUEST`,
      )
    if (Number(units) < 1)
      throw invalidRequest(`Requested ${name} for OnDemandThroughput is outside of valid range`)
  }
}

/** Keys of KMS are of one Region: a restore into another says which it takes (recorded). */
function restoredEncryption(
  tx: WriteTx,
  { source, input, ref }: Pick<Restored, "source" | "input" | "ref">,
  call: Call,
): Table["encryption"] {
  const given = input.SSESpecificationOverride
  if (given) return encryptionOf(tx, given, call)
  if (source.region !== ref.region)
    throw invalidRequest("sseSpecificationOverride must be provided for cross-region restores")
  if (source.encryption?.ends) return undefined
  return source.encryption
}

const bare = ({ read, write }: Table["throughput"]): Table["throughput"] => ({ read, write })

/** Recorded. */
function assertRestores(tx: WriteTx, { account, region }: TableRef): void {
  const { rows } = tx.scan(restores, { prefix: [account, region], limit: RESTORES })
  if (rows.length === RESTORES)
    throw new AwsError(
      "LimitExceededException",
      `Subscriber limit exceeded: Only ${RESTORES} restore operations can be done simultaneously`,
    )
}

/** All items are in the table: it can be used. */
export function restoreCopied(tx: WriteTx, ref: ExactRef): void {
  const { account, region, name } = ref
  tx.delete(restores, [account, region, name])
  const table = sameTable(tx, ref)
  if (!table) return
  tx.put(tables, {
    ...table,
    status: "ACTIVE",
    globalIndexes: table.globalIndexes.map((index) => ({ ...index, status: "ACTIVE" as const })),
    restore: table.restore && { ...table.restore, inProgress: false },
  })
  const { bytes } = countOf(tx, table)
  if (bytes > 0)
    tx.meter("dynamodb:restore-bytes", { account, region, resource: arnOf(ref) }, bytes)
}
