import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { ask, op, type Out } from "../define.ts"
import { IMPORTS_PAGE } from "../limits.ts"
import { arnOf, refOf } from "../tables/table.ts"
import { describeImport } from "./description.ts"
import { importArn, importRefOf, logGroupArn, lookUpImport, tableImports } from "./import.ts"
import { ImportTable } from "./import-table.ts"

function accessToImport(
  _tx: ReadTx,
  { ImportArn }: { readonly ImportArn: string },
  call: Call,
): AccessRequest {
  const ref = importRefOf(ImportArn)
  return { action: `dynamodb:${call.operation}`, resource: importArn(ref), owner: ref.account }
}

const DescribeImport = op.read("DescribeImport", {
  authorize: accessToImport,
  run(tx, { ImportArn }): Out<"DescribeImport"> {
    const one = lookUpImport(tx, importRefOf(ImportArn))
    // The words are not verified.
    if (!one) throw new AwsError("ImportNotFoundException", `Import not found: ${ImportArn}`)
    return { ImportTableDescription: describeImport(one) }
  },
})

const ListImports = op.read("ListImports", {
  authorize: ask.anything,
  run(tx, { TableArn, PageSize = IMPORTS_PAGE, NextToken }, call): Out<"ListImports"> {
    const of = TableArn === undefined ? undefined : refOf(TableArn, call)
    const { account, region } = of ?? call
    const start = NextToken === undefined ? undefined : importRefOf(NextToken)
    const { rows, next } = tx.scan(tableImports, {
      prefix: of ? [account, region, of.name] : [account, region],
      ...(start && { from: of ? [`${start.id}\0`] : [start.tableName, `${start.id}\0`] }),
      limit: PageSize,
    })
    const last = next === undefined ? undefined : rows.at(-1)
    return {
      ImportSummaryList: rows.map((one) => ({
        ImportArn: importArn(one),
        ImportStatus: one.status,
        TableArn: arnOf({ ...one, name: one.tableName }),
        S3BucketSource: one.input.S3BucketSource,
        CloudWatchLogGroupArn: logGroupArn(one),
        InputFormat: one.input.InputFormat,
        StartTime: one.startMs,
        EndTime: one.endMs,
      })),
      NextToken: last && importArn(last),
    }
  },
})

export const importOperations = { ImportTable, DescribeImport, ListImports }
