import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { arn, parseArn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { keyedByPlace, resource, tagLists } from "../../../registry/resource.ts"
import { resourceNotFound, tableNotFound, validation } from "../errors.ts"
import type { KeyType } from "../values/attribute-value.ts"

export interface KeyAttribute {
  readonly name: string
  readonly type: KeyType
}

export interface KeySchema {
  /** The partition key, or its first attribute. */
  readonly hash: KeyAttribute
  /** The sort key, or its first attribute. */
  readonly range?: KeyAttribute | undefined
  /** All attributes of a partition key that has several, in order: of global indexes only. */
  readonly hashes?: readonly KeyAttribute[] | undefined
  /** The same of a sort key. */
  readonly ranges?: readonly KeyAttribute[] | undefined
}

/** All attributes of a key, those of the partition first. */
export const keyAttributes = ({
  hash,
  range,
  hashes,
  ranges,
}: KeySchema): readonly KeyAttribute[] =>
  hashes || ranges
    ? [...(hashes ?? [hash]), ...(ranges ?? (range ? [range] : []))]
    : range
      ? [hash, range]
      : [hash]

export interface Projection {
  readonly type: "ALL" | "KEYS_ONLY" | "INCLUDE"
  /** For INCLUDE. */
  readonly attributes: readonly string[]
}

/** A local secondary index, or what a global one has in common with it. */
export interface Index {
  /** Of its entries and counts. */
  readonly id: number
  readonly name: string
  readonly keys: KeySchema
  readonly projection: Projection
}

export type Status = "CREATING" | "ACTIVE" | "UPDATING" | "DELETING"

/** Contributor insights of a table or a global index that are on, or going off. */
export interface Insights {
  readonly mode: "ACCESSED_AND_THROTTLED_KEYS" | "THROTTLED_KEYS"
  /** In the names of their rules. */
  readonly createdMs: number
  readonly changedMs: number
  /** They are being switched on. */
  readonly begins?: true | undefined
  /** They are being switched off. */
  readonly ends?: true | undefined
}

export interface GlobalIndex extends Index {
  readonly insights?: Insights | undefined
  readonly status: Status
  readonly backfilling?: boolean | undefined
  readonly throughput: Throughput
  readonly onDemand?: OnDemandLimits | undefined
  readonly warm?: WarmThroughput | undefined
}

/** Provisioned capacity; 0 and 0 on demand. */
export interface Throughput {
  readonly read: number
  readonly write: number
  readonly increasedMs?: number | undefined
  readonly decreasedMs?: number | undefined
  /** Times of the decreases of the present day. */
  readonly decreasesMs?: readonly number[] | undefined
}

/** `MaxReadRequestUnits` and `MaxWriteRequestUnits`; -1 is none. */
export interface OnDemandLimits {
  readonly read?: number | undefined
  readonly write?: number | undefined
}

export interface WarmThroughput {
  readonly read: number
  readonly write: number
}

/** A table, without its items: traffic never writes this row. */
export interface Table {
  readonly account: string
  readonly region: string
  readonly name: string
  /** Of its items, and of no later table of the same name. */
  readonly id: number
  /** AWS's `TableId`. */
  readonly uuid: string
  readonly status: Status
  readonly createdMs: number
  /** `AttributeDefinitions`, as they were given. */
  readonly attributes: readonly KeyAttribute[]
  readonly keys: KeySchema
  readonly billing: {
    readonly mode: "PROVISIONED" | "PAY_PER_REQUEST"
    /** The last switches to on-demand, as many as its limit looks at. */
    readonly onDemandSinceMs?: readonly number[] | undefined
  }
  readonly throughput: Throughput
  readonly onDemand?: OnDemandLimits | undefined
  readonly warm?: WarmThroughput | undefined
  readonly localIndexes: readonly Index[]
  readonly globalIndexes: readonly GlobalIndex[]
  readonly tableClass: "STANDARD" | "STANDARD_INFREQUENT_ACCESS"
  readonly tableClassChangesMs?: readonly number[] | undefined
  readonly encryption?: Encryption | undefined
  /** The last changes of it, as many as its limit looks at. */
  readonly encryptionChangesMs?: readonly number[] | undefined
  readonly deletionProtection: boolean
  readonly tags: Readonly<Record<string, string>>
  readonly policy?: { readonly text: string; readonly revision: string } | undefined
  /** Items expire by an attribute of this name. */
  readonly timeToLive?: { readonly attribute: string } | undefined
  readonly timeToLiveChangedMs?: number | undefined
  readonly stream?: StreamSettings | undefined
  readonly insights?: Insights | undefined
  /** Point-in-time recovery: since when, for how long, and of which chain of pruning. */
  readonly recovery?:
    | { readonly sinceMs: number; readonly days: number; readonly run: number }
    | undefined
  /** Backups and exports that are being made of it, and need its changes. */
  readonly copying?: number | undefined
  /** What it was restored from. */
  readonly restore?: Restore | undefined
  readonly replication?: Replication | undefined
  /** `GlobalTableSettingsReplicationMode`, as it was asked for: what replicas in other accounts need. */
  readonly settingsReplication?: "ENABLED" | "DISABLED" | undefined
  readonly kinesis?: readonly KinesisDestination[] | undefined
}

export interface Restore {
  readonly backupArn?: string | undefined
  readonly tableArn?: string | undefined
  /** The time whose state it has. */
  readonly atMs: number
  readonly inProgress: boolean
}

export interface Encryption {
  readonly keyArn: string
  /** AWS's own key takes its place when the update is done. */
  readonly ends?: true | undefined
}

export interface StreamSettings {
  readonly enabled: boolean
  readonly view: "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES"
  /** AWS's `LatestStreamLabel`; its ARN is the table's and `/stream/` and this. */
  readonly label: string
}

/** What makes a table a replica of a global table. */
export interface Replication {
  /** Of all replicas together. */
  readonly group: number
  readonly version: "2019.11.21" | "2017.11.29"
  readonly consistency: "EVENTUAL" | "STRONG"
  /** Each replica has an account of its own. */
  readonly multiAccount?: true | undefined
  /** Regions of the other replicas. */
  readonly peers: readonly string[]
}

/** A stream of Kinesis that is told of all changes of items. */
export interface KinesisDestination {
  readonly streamArn: string
  readonly status: "ENABLING" | "ACTIVE" | "DISABLING" | "DISABLED" | "ENABLE_FAILED" | "UPDATING"
  readonly statusDescription?: string | undefined
  /** Of `ApproximateCreationDateTime`. */
  readonly precision?: "MILLISECOND" | "MICROSECOND" | undefined
}

export const tables = table<Table>("dynamodb/table", {
  key: ({ account, region, name }) => [account, region, name],
  cached: true,
})

export const tableResource = resource<Table>("AWS::DynamoDB::Table", {
  table: tables,
  scope: "regional",
  title: "Table",
  arn: (row) => arnOf(row),
  tagsOf: (row) => row.tags,
  policyOf: (row) => row.policy?.text,
  ...keyedByPlace(tables, "table/"),
  tags: tagLists(["TagResource", "UntagResource"], (row) => ({ ResourceArn: arnOf(row) })),
  console: { columns: ["name", "status", "createdMs"] },
})

export type TableRef = Pick<Table, "account" | "region" | "name">

export const arnOf = ({ account, region, name }: TableRef): string =>
  arn("dynamodb", region, account, `table/${name}`)

export const indexArnOf = (table: TableRef, index: string): string =>
  `${arnOf(table)}/index/${index}`

const NAME = /^[a-zA-Z0-9_.-]+$/

/** The table that a `TableName` means: a name in the caller's account, or an ARN. */
export function refOf(nameOrArn: string, call: Pick<Call, "account" | "region">): TableRef {
  if (!nameOrArn.startsWith("arn:")) {
    assertTableName(nameOrArn)
    return { account: call.account, region: call.region, name: nameOrArn }
  }
  const parts = parseArn(nameOrArn)
  const name =
    parts?.service === "dynamodb" ? /^table\/([^/]+)/.exec(parts.resource)?.[1] : undefined
  if (!parts || name === undefined || !NAME.test(name)) throw invalidArn(nameOrArn)
  return { account: parts.account, region: parts.region, name }
}

/** The words are those of tests against AWS, of 2026. */
export function assertTableName(name: string): void {
  if (name.length < 3) throw invalidName(name, "have length greater than or equal to 3")
  if (name.length > 255) throw invalidName(name, "have length less than or equal to 255")
  if (!NAME.test(name))
    throw invalidName(name, "satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
}

const invalidName = (name: string, must: string): Error =>
  validation(
    `1 validation error detected: Value '${name}' at 'tableName' failed to satisfy constraint: ` +
      `Member must ${must}`,
  )

/** The words are those that users quote. */
const invalidArn = (text: string): Error => validation(`Invalid table ARN: ${text}`)

/** The table, in whatever state; undefined where there is none. */
export const lookUp = (tx: ReadTx, { account, region, name }: TableRef): Table | undefined =>
  tx.get(tables, [account, region, name])

/** The table of an operation on items: it must be usable. Throws ResourceNotFoundException. */
export function findTable(tx: ReadTx, nameOrArn: string, call: Call): Table {
  const ref = refOf(nameOrArn, call)
  const found = lookUp(tx, ref)
  if (!found || ref.region !== call.region || !isUsable(found)) throw resourceNotFound()
  return found
}

/** The table of an operation on tables, whose refusal names it. */
export function findTableToManage(tx: ReadTx, nameOrArn: string, call: Call): Table {
  const ref = refOf(nameOrArn, call)
  const found = ref.region === call.region ? lookUp(tx, ref) : undefined
  if (!found) throw tableNotFound(ref.name)
  return found
}

/** Items can be read and written (documented: UPDATING is as good as ACTIVE). */
export const isUsable = ({ status }: Table): boolean => status === "ACTIVE" || status === "UPDATING"

export const indexesOf = (table: Table): readonly Index[] => [
  ...table.localIndexes,
  ...table.globalIndexes,
]

export const isGlobal = (index: Index): index is GlobalIndex => "status" in index

/** Where a table is, and which: no later one of its name is meant. */
export interface ExactRef extends TableRef {
  readonly id: number
}

export const exactRefOf = ({ account, region, name, id }: ExactRef): ExactRef => ({
  ...{ account, region, name, id },
})

/** The table that is meant, as long as it is there: for work that was planned earlier. */
export function sameTable(tx: ReadTx, ref: ExactRef): Table | undefined {
  const found = lookUp(tx, ref)
  return found?.id === ref.id ? found : undefined
}

/** Recorded; "updated" is as users quote it. */
export const tableInUse = ({ name, status }: Table): AwsError => {
  const words = { CREATING: "created", DELETING: "deleted" } as const
  const what = status === "CREATING" || status === "DELETING" ? words[status] : "updated"
  return stillInUse(`Table is being ${what}: ${name}`)
}

export const stillInUse = (why: string): AwsError =>
  new AwsError(
    "ResourceInUseException",
    `Attempt to change a resource which is still in use: ${why}`,
  )
