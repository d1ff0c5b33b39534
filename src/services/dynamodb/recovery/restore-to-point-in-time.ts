import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { formatIsoSeconds } from "../../../protocols/sigv4/amz-date.ts"
import type { Call } from "../../../registry/call.ts"
import { accessToManage } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidRequest, invalidValues, validation } from "../errors.ts"
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
    assertOneTime(input)
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

/** A source of another Region is named by its ARN. The words are recorded. */
function sourceOf({ SourceTableArn, SourceTableName }: Input, call: Call): TableRef {
  if (SourceTableArn !== undefined && SourceTableName !== undefined)
    throw invalidRequest("Must provide exactly one of: sourceTableArn, sourceTableName")
  const named = SourceTableArn ?? SourceTableName
  if (named === undefined)
    throw validation("The parameter 'TableName' is required but was not present in the request")
  if (SourceTableArn !== undefined && !SourceTableArn.startsWith("arn:"))
    throw invalidValues("sourceTableArn is not a valid ARN")
  return refOf(named, call)
}

/** One time is asked for, and one only (recorded, but for the end of the words for two). */
function assertOneTime({ UseLatestRestorableTime, RestoreDateTime }: Input): void {
  if (UseLatestRestorableTime && RestoreDateTime !== undefined)
    throw invalidRequest(
      "Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time restore " +
        "request. Please specify only one of them",
    )
  if (!UseLatestRestorableTime && RestoreDateTime === undefined)
    throw invalidRequest(
      "Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both",
    )
}

/** Throws InvalidRestoreTimeException (recorded). */
function timeOf({ RestoreDateTime }: Input, { earliestMs, latestMs }: Window): number {
  if (RestoreDateTime === undefined) return latestMs
  const atMs = Math.floor(RestoreDateTime)
  // The second in which recovery began is meant where its beginning is.
  if (atMs > latestMs || Math.floor(atMs / 1000) < Math.floor(earliestMs / 1000))
    throw new AwsError(
      "InvalidRestoreTimeException",
      `RestoreDateTime '${formatIsoSeconds(atMs)}' must be within EarliestRestorableDateTime ` +
        `'${formatIsoSeconds(earliestMs)}' and LatestRestorableDateTime '${formatIsoSeconds(latestMs)}'`,
    )
  return Math.max(atMs, earliestMs)
}
