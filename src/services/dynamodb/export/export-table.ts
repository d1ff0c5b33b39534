import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { formatIsoSeconds } from "../../../protocols/sigv4/amz-date.ts"
import { accessToManage } from "../access.ts"
import { newJobId } from "../backups/backup.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidRequest, invalidValues } from "../errors.ts"
import { EXPORT_TOKEN_MS, EXPORTS, LEAST_INCREMENT_MS, MOST_INCREMENT_MS } from "../limits.ts"
import { beginCopy } from "../recovery/copies.ts"
import { startCopy } from "../recovery/copy-items.ts"
import { assertRecoverable, findTableToBackUp, type Window } from "../recovery/window.ts"
import { exactRefOf, refOf, type Table } from "../tables/table.ts"
import { requestDigest } from "../request-digest.ts"
import { describeExport } from "./description.ts"
import {
  exportTokens,
  refOfExport,
  tableExports,
  type Export,
  type FullExport,
  type IncrementalExport,
} from "./export.ts"
import { forgetExportLater, writeFile } from "./jobs.ts"

type Input = In<"ExportTableToPointInTime">

/** The bucket is looked at when files are written: what fails there fails the export (recorded). */
export const ExportTableToPointInTime = op.write("ExportTableToPointInTime", {
  authorize: (tx, input, call) =>
    accessToManage(tx, { ref: refOf(input.TableArn, call), input }, call),
  run(tx, input, call): Out<"ExportTableToPointInTime"> {
    assertAsked(input)
    const table = findTableToBackUp(tx, refOf(input.TableArn, call), input.TableArn)
    const again = repeated(tx, input, table)
    if (again) return { ExportDescription: describeExport(again) }
    const window = assertRecoverable(tx, table)
    assertExports(tx, table)
    const { account, region, name: tableName } = table
    const one: Export = {
      ...{ account, region, tableName, id: newJobId(tx, "dynamodb/export-id") },
      ...{ tableUuid: table.uuid, source: table.id, keys: table.keys, caller: call.principal },
      ...{ status: "IN_PROGRESS", startMs: tx.now, files: 0, items: 0, bytes: 0, attempts: 0 },
      what: isIncremental(input) ? increment(tx, input, window) : full(tx, input, window),
      type: input.ExportType as Export["type"],
      format: (input.ExportFormat ?? "DYNAMODB_JSON") as Export["format"],
      token: input.ClientToken ?? tx.random("dynamodb/client-token").uuid(),
      to: {
        ...{ bucket: input.S3Bucket, owner: input.S3BucketOwner, prefix: input.S3Prefix },
        ...{ sseAlgorithm: input.S3SseAlgorithm, sseKeyId: input.S3SseKmsKeyId },
      },
    }
    tx.insert(tableExports, one)
    keepToken(tx, input, one)
    forgetExportLater(tx, one)
    begin(tx, one, table)
    return { ExportDescription: describeExport(one) }
  },
})

const isIncremental = ({ ExportType }: Input): boolean => ExportType === "INCREMENTAL_EXPORT"

/** A full export is written from a copy of the table's moment, an incremental one from its changes. */
function begin(tx: WriteTx, one: Export, table: Table): void {
  const { what } = one
  const copy = { source: table.id, live: exactRefOf(table), keys: table.keys }
  const purpose = { kind: "export", of: exactRefOf(table), id: one.id } as const
  if ("itemsId" in what) {
    startCopy(tx, { ...copy, target: what.itemsId, purpose, undo: [what.atMs + 1, 0] })
    return
  }
  beginCopy(tx, { ...copy, id: what.copy, target: what.copy, purpose, phase: "undo" })
  tx.schedule(writeFile, refOfExport(one), tx.now)
}

/** What goes together of a request, before the table is looked up (recorded). */
function assertAsked(input: Input): void {
  const { ExportType: type, IncrementalExportSpecification: increment } = input
  if (!input.TableArn.startsWith("arn:")) throw invalidValues("tableArn is not a valid ARN")
  if (input.S3SseKmsKeyId !== undefined && input.S3SseAlgorithm !== "KMS")
    throw invalidRequest("KMS Key Id is not supported for this encryption type")
  if (increment && type === undefined)
    throw invalidRequest(
      "Export Type expected to be Incremental Export when incremental export specification is provided",
    )
  if (increment && type === "FULL_EXPORT")
    throw invalidRequest(
      "When Export Type is Full Export , Incremental Export Specification should not be provided",
    )
  if (!isIncremental(input)) return
  if (!increment)
    throw invalidRequest(
      "Incremental Export Specification expected when export type is set as Incremental Export",
    )
  if (increment.ExportFromTime === undefined)
    throw invalidRequest("ExportFromTime must be provided in IncrementalExportSpecification")
}

/** Words of times: not verified. */
function full(tx: WriteTx, input: Input, { earliestMs }: Window): FullExport {
  const atMs = Math.floor(input.ExportTime ?? tx.now)
  // Recorded.
  if (isOutside(atMs, { earliestMs, latestMs: tx.now })) throw invalidTime("Export Time is invalid")
  return { atMs: Math.max(atMs, earliestMs), itemsId: tx.serial() }
}

/** Docs: "IncrementalExportSpecification"; the words as far as others' tests against AWS show them. */
function increment(tx: WriteTx, input: Input, { earliestMs }: Window): IncrementalExport {
  const { ExportFromTime, ExportToTime, ExportViewType } =
    input.IncrementalExportSpecification ?? {}
  const fromMs = Math.floor(ExportFromTime ?? 0)
  const toMs = Math.floor(ExportToTime ?? tx.now)
  // Recorded, in this order; AWS says creation where the beginning of recovery is meant.
  if (isOutside(fromMs, { earliestMs, latestMs: fromMs }))
    throw invalidTime(
      `Incremental export period from time cannot be less than the table creation time : ${formatIsoSeconds(fromMs)}`,
    )
  if (toMs > tx.now)
    throw invalidTime(
      `Incremental export period to time cannot be greater than the current time : ${formatIsoSeconds(toMs)}`,
    )
  const between = "Difference between export period from time and export period to time is"
  if (toMs - fromMs < LEAST_INCREMENT_MS) throw invalidTime(`${between} less than 15 minutes`)
  if (toMs - fromMs > MOST_INCREMENT_MS) throw invalidTime(`${between} greater than 24 hours`)
  const view = (ExportViewType ?? "NEW_AND_OLD_IMAGES") as IncrementalExport["view"]
  return { fromMs, toMs, view, copy: tx.serial() }
}

/** Requests know seconds: the one in which recovery began is in its window. */
const isOutside = (atMs: number, { earliestMs, latestMs }: Window): boolean =>
  atMs > latestMs || Math.floor(atMs / 1000) < Math.floor(earliestMs / 1000)

const invalidTime = (message: string): AwsError =>
  new AwsError("InvalidExportTimeException", message)

/** The words are those of "Subscriber limit exceeded" elsewhere (not verified). */
function assertExports(tx: WriteTx, { account, region }: Table): void {
  const running = { index: "running", prefix: [account, region], limit: EXPORTS }
  if (tx.scan(tableExports, running).rows.length === EXPORTS)
    throw new AwsError(
      "LimitExceededException",
      `Subscriber limit exceeded: There is a limit of ${EXPORTS} concurrent exports`,
    )
}

/** The export that the same request began. Throws ExportConflictException (recorded). */
function repeated(tx: WriteTx, input: Input, { account, region }: Table): Export | undefined {
  const { ClientToken: token } = input
  if (token === undefined) return undefined
  const found = tx.get(exportTokens, [account, region, token])
  if (!found || tx.now - found.atMs > EXPORT_TOKEN_MS) return undefined
  if (found.input !== requestDigest(input))
    throw new AwsError(
      "ExportConflictException",
      "Export conflict: Duplicate request detected with conflicting parameters",
    )
  const { tableName, id } = found.ref
  return tx.get(tableExports, [account, region, tableName, id])
}

function keepToken(tx: WriteTx, input: Input, one: Export): void {
  const { account, region, token } = one
  if (input.ClientToken === undefined) return
  const ref = refOfExport(one)
  tx.put(exportTokens, { account, region, token, input: requestDigest(input), ref, atMs: tx.now })
}
