import type { ActionContext } from "../../../kernel/action.ts"
import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { IMPORT_KEPT_MS, IMPORT_STEP } from "../limits.ts"
import { removeTable } from "../tables/jobs.ts"
import { arnOf, sameTable, tables } from "../tables/table.ts"
import {
  importTokens,
  lookUpImport,
  refOfImport,
  tableImports,
  tableOfImport,
  type Import,
  type ImportRef,
} from "./import.ts"
import { writeEntries } from "./entries.ts"
import { tellErrors } from "./logs.ts"
import { nextKey, readEntries, type Entry } from "./objects.ts"

/** S3 that does not answer is asked again, so many times. */
const ATTEMPTS = 30
const AGAIN_MS = 60_000

/** Takes on one object, some items a commit: a crash goes on behind the last of them. */
export const importObject = job<ImportRef>("dynamodb/import-object", {
  async perform(ctx, ref) {
    const one = await ctx.read((tx) => lookUpImport(tx, ref))
    if (one?.status !== "IN_PROGRESS") return
    try {
      const key = await nextKey(ctx, one)
      if (key === undefined) await ctx.write((tx) => endImport(tx, ref))
      else await takeOn(ctx, one, key)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      await ctx.write((tx) => fail(tx, ref, error))
    }
  },
})

async function takeOn(ctx: ActionContext, one: Import, key: string): Promise<void> {
  const ref = refOfImport(one)
  const { entries, bytes } = await readEntries(ctx, one, key)
  let done = 0
  let batch: Entry[] = []
  const begun = one.key === key ? one.done : 0
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return
    const from = done - batch.length
    const taken = batch
    batch = []
    const errors = await ctx.write((tx) => writeEntries(tx, ref, { key, from, entries: taken }))
    await tellErrors(ctx, one, { key, errors })
  }
  for (const entry of entries) {
    done += 1
    if (done <= begun) continue
    batch.push(entry)
    if (batch.length === IMPORT_STEP) await flush()
  }
  await flush()
  await ctx.write((tx) => {
    const now = lookUpImport(tx, ref)
    if (now?.lastKey !== one.lastKey || now?.status !== "IN_PROGRESS") return
    const processedBytes = now.processedBytes + bytes
    tx.put(tableImports, { ...now, ...{ lastKey: key, key: undefined, done: 0, processedBytes } })
    tx.schedule(importObject, ref, tx.now)
  })
}

/** Recorded: an import with errors has failed, but its table stays with what could be imported. */
const INVALID = {
  code: "ItemValidationError",
  message:
    "Some of the items failed validation checks and were not imported. " +
    "Please check CloudWatch error logs for more details.",
}

function endImport(tx: WriteTx, ref: ImportRef): void {
  const one = lookUpImport(tx, ref)
  if (!one) return
  const how =
    one.errors > 0
      ? ({ status: "FAILED", failure: INVALID } as const)
      : ({ status: "COMPLETED" } as const)
  tx.put(tableImports, { ...one, ...how, endMs: tx.now })
  const table = sameTable(tx, tableOfImport(one))
  if (!table) return
  const globalIndexes = table.globalIndexes.map((index) => ({
    ...index,
    status: "ACTIVE" as const,
  }))
  tx.put(tables, { ...table, status: "ACTIVE", globalIndexes })
  const { account, region, processedBytes } = one
  if (processedBytes > 0)
    tx.meter("dynamodb:import-bytes", { account, region, resource: arnOf(table) }, processedBytes)
}

/** `S3NoSuchBucket` is recorded; that other codes look alike is not verified. The table goes. */
function fail(tx: WriteTx, ref: ImportRef, { code, message, options }: AwsError): void {
  const one = lookUpImport(tx, ref)
  if (!one) return
  if (options.fault === "Receiver" && one.attempts < ATTEMPTS) {
    tx.put(tableImports, { ...one, attempts: one.attempts + 1 })
    tx.schedule(importObject, ref, tx.now + AGAIN_MS)
    return
  }
  const failure = { code: `S3${code}`, message }
  tx.put(tableImports, { ...one, status: "FAILED", failure, endMs: tx.now })
  const table = sameTable(tx, tableOfImport(one))
  if (table) removeTable(tx, table)
}

/** AWS tells of the imports of the last 90 days (docs: "ListImports"). */
export const forgetImport = job<ImportRef>("dynamodb/forget-import", {
  run(tx, ref) {
    const one = lookUpImport(tx, ref)
    if (!one) return
    if (one.status === "IN_PROGRESS") {
      tx.schedule(forgetImport, ref, tx.now + AGAIN_MS)
      return
    }
    tx.remove(tableImports, one)
    const token = tx.get(importTokens, [one.account, one.region, one.token])
    if (token?.ref.id === one.id) tx.remove(importTokens, token)
  },
})

export const forgetImportLater = (tx: WriteTx, one: Import): void =>
  void tx.schedule(forgetImport, refOfImport(one), tx.now + IMPORT_KEPT_MS)
