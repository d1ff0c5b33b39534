import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { accessToManage } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidValues } from "../errors.ts"
import { describeTable } from "../tables/description.ts"
import { arnOf, exactRefOf, refOf, type TableRef } from "../tables/table.ts"
import { accessToTarget } from "./access.ts"
import { startCopy } from "./copy-items.ts"
import { newRestoredTable } from "./restored-table.ts"
import { assertRecoverable, findTableToBackUp, type Window } from "./window.ts"

type Input = In<"RestoreTableToPointInTime">

/** The settings are those that the source has now (docs: "Restoring a table to a point in time"). */
export const RestoreTableToPointInTime = op.write("RestoreTableToPointInTime", {
  authorize(tx: ReadTx, input, call) {
    const source = accessToManage(tx, { ref: sourceOf(input, call), input }, call)
    return [source, ...accessToTarget(input.TargetTableName, call)]
  },
  run(tx, input, call): Out<"RestoreTableToPointInTime"> {
    const source = findTableToBackUp(tx, sourceOf(input, call))
    const atMs = timeOf(input, assertRecoverable(tx, source))
    const restore = { tableArn: arnOf(source), atMs, inProgress: true }
    const table = newRestoredTable(tx, { source, input, restore }, call)
    startCopy(tx, {
      ...{ source: source.id, live: exactRefOf(source), keys: source.keys, target: table.id },
      purpose: { kind: "restore", table: exactRefOf(table) },
      undo: [atMs + 1, 0],
    })
    return { TableDescription: describeTable(tx, table) }
  },
})

/** The words are not verified. A source of another Region is named by its ARN. */
function sourceOf({ SourceTableArn, SourceTableName }: Input, call: Call): TableRef {
  const named = SourceTableArn ?? SourceTableName
  if (named === undefined)
    throw invalidValues("Either SourceTableArn or SourceTableName must be specified")
  return refOf(named, call)
}

/** Throws InvalidRestoreTimeException. */
function timeOf(input: Input, { earliestMs, latestMs }: Window): number {
  const { UseLatestRestorableTime, RestoreDateTime } = input
  if (UseLatestRestorableTime && RestoreDateTime !== undefined)
    throw invalidValues("Only one of RestoreDateTime and UseLatestRestorableTime can be specified")
  if (UseLatestRestorableTime) return latestMs
  if (RestoreDateTime === undefined)
    throw invalidValues("Either RestoreDateTime or UseLatestRestorableTime must be specified")
  const atMs = Math.floor(RestoreDateTime)
  // The second in which recovery began is meant where its beginning is.
  if (atMs > latestMs || Math.floor(atMs / 1000) < Math.floor(earliestMs / 1000))
    throw new AwsError(
      "InvalidRestoreTimeException",
      "An invalid restore time was specified. RestoreDateTime must be between " +
        "EarliestRestorableDateTime and LatestRestorableDateTime.",
    )
  return Math.max(atMs, earliestMs)
}
