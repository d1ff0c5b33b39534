import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { ask, op, type Out } from "../define.ts"
import { EXPORTS_PAGE } from "../limits.ts"
import { refOf } from "../tables/table.ts"
import { describeExport } from "./description.ts"
import { exportArn, exportRefOf, isFull, tableExports } from "./export.ts"
import { ExportTableToPointInTime } from "./export-table.ts"

function accessToExport(
  _tx: ReadTx,
  { ExportArn }: { readonly ExportArn: string },
  call: Call,
): AccessRequest {
  const ref = exportRefOf(ExportArn)
  return { action: `dynamodb:${call.operation}`, resource: exportArn(ref), owner: ref.account }
}

const DescribeExport = op.read("DescribeExport", {
  authorize: accessToExport,
  run(tx, { ExportArn }): Out<"DescribeExport"> {
    const { account, region, tableName, id } = exportRefOf(ExportArn)
    const one = tx.get(tableExports, [account, region, tableName, id])
    // Recorded, twice over.
    if (!one)
      throw new AwsError(
        "ExportNotFoundException",
        `Export not found: Export not found: ${ExportArn}`,
      )
    return { ExportDescription: describeExport(one) }
  },
})

/** By ARN, upwards (recorded by others' tests against AWS). */
const ListExports = op.read("ListExports", {
  authorize: ask.anything,
  run(tx, { TableArn, MaxResults = EXPORTS_PAGE, NextToken }, call): Out<"ListExports"> {
    const of = TableArn === undefined ? undefined : refOf(TableArn, call)
    const { account, region } = of ?? call
    const start = NextToken === undefined ? undefined : exportRefOf(NextToken)
    const { rows, next } = tx.scan(tableExports, {
      prefix: of ? [account, region, of.name] : [account, region],
      ...(start && { from: of ? [`${start.id}\0`] : [start.tableName, `${start.id}\0`] }),
      limit: MaxResults,
    })
    const last = next === undefined ? undefined : rows.at(-1)
    return {
      ExportSummaries: rows.map((one) => ({
        ExportArn: exportArn(one),
        ExportStatus: one.status,
        // Told here even where it was not asked for (recorded by others' tests against AWS).
        ExportType: isFull(one.what) ? "FULL_EXPORT" : "INCREMENTAL_EXPORT",
      })),
      NextToken: last && exportArn(last),
    }
  },
})

export const exportOperations = { ExportTableToPointInTime, DescribeExport, ListExports }
