import type { ActionContext } from "../../../../kernel/action.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { Call } from "../../../../registry/call.ts"
import type { In } from "../../define.ts"
import { invalidValues, validation } from "../../errors.ts"
import { managedKeyOf } from "../../tables/encryption.ts"
import { lookUp, refOf, type Table } from "../../tables/table.ts"
import { areUp } from "../applying.ts"
import { membersOf, type Replica } from "../replica.ts"
import { assertAuthorized } from "./permissions.ts"

/** Whether the replicas of a table are in several accounts. */
export const isShared = (tx: ReadTx, nameOrArn: string, call: Call): boolean =>
  lookUp(tx, refOf(nameOrArn, call))?.replication?.multiAccount === true

/**
 * "If any replica does not provide permissions to replicate settings to any replica in the
 * multi-account global table, all Update operations across all replicas will fail with
 * AccessDeniedException till the permissions are fixed." A Region that is down is not asked.
 */
export async function assertSettingsReplicated(
  ctx: ActionContext,
  nameOrArn: string,
  call: Call,
): Promise<void> {
  const members = await ctx.read((tx) => askedMembers(tx, nameOrArn, call))
  await assertAuthorized(ctx, members, { sources: members, actions: ["ReplicateSettings"] })
}

function askedMembers(tx: ReadTx, nameOrArn: string, call: Call): readonly Replica[] {
  const replication = lookUp(tx, refOf(nameOrArn, call))?.replication
  if (!replication?.multiAccount) return []
  return membersOf(tx, replication.group).filter(
    (one) => one.status !== "DELETING" && areUp(tx, [one]),
  )
}

/**
 * The mode that a table of one Region may have. "ENABLED_WITH_OVERRIDES: This mode is set by default for
 * a same account global table" (model): AWS sets it, and CreateTable and UpdateTable take it for no
 * table of one Region. The words are not verified.
 */
export function regionalMode(mode: string | undefined): Table["settingsReplication"] {
  if (mode === undefined || mode === "ENABLED" || mode === "DISABLED") return mode
  throw invalidValues(
    `GlobalTableSettingsReplicationMode ${mode} is not supported for a table that is no global table replica`,
  )
}

/** "This attribute can be defined using UpdateTable operation only on a regional table" (model). */
export function modeChanged(table: Table, input: In<"UpdateTable">): Table {
  const mode = input.GlobalTableSettingsReplicationMode
  if (mode === undefined) return table
  // The words are not verified.
  if (table.replication)
    throw validation(
      "GlobalTableSettingsReplicationMode can only be updated on a table that is no global table replica",
    )
  return { ...table, settingsReplication: regionalMode(mode) }
}

/** What a table may not become while it is, or begins, a global table between accounts. */
export function assertShareable(tx: ReadTx, table: Table): void {
  // "Multi-account global tables do not support AWS Managed Keys." The words are not verified.
  if (
    table.encryption &&
    !table.encryption.ends &&
    managedKeyOf(tx, table) === table.encryption.keyArn
  )
    throw validation("AWS managed keys are not supported for multi-account global tables")
}

/** Members are made and removed by their accounts, and none has settings of its own. */
export function assertOwnMembersOnly(table: Table): void {
  // The words are not verified.
  if (table.replication?.multiAccount)
    throw validation(
      "ReplicaUpdates, GlobalTableWitnessUpdates and MultiRegionConsistency are not supported for " +
        "multi-account global tables: a replica is created by CreateTable with GlobalTableSourceArn " +
        "and deleted by DeleteTable, each in the account that owns it",
    )
  if (!table.replication && table.settingsReplication === "ENABLED")
    throw validation(
      "Replicas in the same account cannot be added to a table whose GlobalTableSettingsReplicationMode is ENABLED",
    )
}
