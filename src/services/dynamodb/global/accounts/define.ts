import type { ServiceCall } from "../../../../kernel/service-call.ts"
import { operations } from "../../../../registry/operation.ts"
import { arnOf, type ExactRef, type TableRef } from "../../tables/table.ts"
import type { Item } from "../../values/attribute-value.ts"
import { REPLICATION_ROLE } from "../access.ts"
import type { ItemVersion } from "../replication.ts"

/**
 * What replication does between accounts, as operations that no API has: the service's principal
 * calls them, and the resource policy of each replica decides (docs: "DynamoDB global tables
 * security", multi-account).
 */
interface AccountsModel {
  /** Only asked: whether a replica lets replication do one thing or another. */
  AskReplication: { input: Asked; output: object; errors: string }
  ReadDataForReplication: { input: Wanted; output: Data; errors: string }
  WriteDataForReplication: { input: Brought; output: object; errors: string }
  ReplicateSettings: { input: Followed; output: object; errors: string }
}

export interface Asked {
  readonly table: TableRef
  /** Without their `dynamodb:`. */
  readonly actions: readonly string[]
  /** Of a table that is not there yet. */
  readonly policy?: string | undefined
}

/** What was changed and goes to a Region, or all that there is, from an item on. */
export interface Wanted {
  readonly table: ExactRef
  readonly to: string
  readonly all?: true | undefined
  readonly after?: string | undefined
}

export interface Data {
  readonly items: readonly CopiedItem[]
  readonly next?: string | undefined
}

export interface CopiedItem {
  /** `keyText` of the item. */
  readonly key: string
  /** Undefined where it was deleted. */
  readonly item: Item | undefined
  /** None of items that were there before their table had replicas. */
  readonly version: ItemVersion | undefined
}

export interface Brought {
  readonly table: ExactRef
  readonly items: readonly CopiedItem[]
}

export interface Followed {
  readonly table: TableRef
  readonly from: ExactRef
}

export const inner = operations<AccountsModel>()

/** Replication on a replica, on behalf of another or of the same. */
export const asReplication = (
  { account, region }: TableRef,
  source: TableRef,
): Omit<ServiceCall, "service" | "operation" | "input"> => ({
  ...{ account, region, as: REPLICATION_ROLE.service },
  ...{ sourceArn: arnOf(source), sourceAccount: source.account },
})
