import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { accessToManage } from "../access.ts"
import { newJobId } from "../backups/backup.ts"
import { countHours } from "../capacity/hourly.ts"
import { op, type In, type Out } from "../define.ts"
import { validation } from "../errors.ts"
import { IMPORTS, IMPORT_TOKEN_MS } from "../limits.ts"
import { assertNew, newTable } from "../tables/create-table.ts"
import { assertTableName, refOf, tables, type TableRef } from "../tables/table.ts"
import { requestDigest } from "../request-digest.ts"
import { describeImport } from "./description.ts"
import { importTokens, lookUpImport, refOfImport, tableImports, type Import } from "./import.ts"
import { forgetImportLater, importObject } from "./jobs.ts"

type Input = In<"ImportTable">

/** The objects are looked at when they are read: what fails there fails the import (recorded). */
export const ImportTable = op.write("ImportTable", {
  authorize: (tx, input, call) => {
    const ref = refOf(input.TableCreationParameters.TableName, call)
    return accessToManage(tx, { ref, input }, call)
  },
  run(tx, input, call): Out<"ImportTable"> {
    const { TableCreationParameters: given } = input
    assertTableName(given.TableName)
    const ref = refOf(given.TableName, call)
    const again = repeated(tx, input, ref)
    if (again) return { ImportTableDescription: describeImport(again) }
    assertOptions(input)
    const table = newTable(tx, { input: given, ref }, call)
    assertNew(tx, table)
    assertImports(tx, ref)
    tx.insert(tables, table)
    countHours(tx, table)
    const { account, region, name: tableName } = ref
    const one: Import = {
      ...{ account, region, tableName, id: newJobId(tx, "dynamodb/import-id") },
      ...{ tableId: table.id, tableUuid: table.uuid, caller: call.principal, input },
      ...{ status: "IN_PROGRESS", startMs: tx.now, done: 0, attempts: 0 },
      ...{ processedBytes: 0, processed: 0, imported: 0, errors: 0 },
      token: input.ClientToken ?? tx.random("dynamodb/client-token").uuid(),
    }
    tx.insert(tableImports, one)
    keepToken(tx, one)
    forgetImportLater(tx, one)
    tx.schedule(importObject, refOfImport(one), tx.now)
    return { ImportTableDescription: describeImport(one) }
  },
})

/** The words are not verified. */
function assertOptions({ InputFormat, InputFormatOptions }: Input): void {
  if (InputFormatOptions?.Csv && InputFormat !== "CSV")
    throw validation("InputFormatOptions.Csv can only be specified when InputFormat is CSV")
}

function assertImports(tx: WriteTx, { account, region }: TableRef): void {
  const running = { index: "running", prefix: [account, region], limit: IMPORTS }
  if (tx.scan(tableImports, running).rows.length === IMPORTS)
    throw new AwsError(
      "LimitExceededException",
      `Subscriber limit exceeded: There is a limit of ${IMPORTS} concurrent imports`,
    )
}

/** The import that the same request began. Throws ImportConflictException (words not verified). */
function repeated(tx: WriteTx, input: Input, { account, region }: TableRef): Import | undefined {
  const { ClientToken: token } = input
  const found = token === undefined ? undefined : tx.get(importTokens, [account, region, token])
  if (!found || tx.now - found.atMs > IMPORT_TOKEN_MS) return undefined
  if (found.input !== requestDigest(input))
    throw new AwsError("ImportConflictException", "Duplicate request detected")
  return lookUpImport(tx, found.ref)
}

function keepToken(tx: WriteTx, one: Import): void {
  const { account, region, token, input } = one
  if (input.ClientToken === undefined) return
  const ref = refOfImport(one)
  tx.put(importTokens, { account, region, token, input: requestDigest(input), ref, atMs: tx.now })
}
