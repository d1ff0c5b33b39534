import { hash } from "node:crypto"
import { gzipSync } from "node:zlib"
import type { ActionContext } from "../../../kernel/action.ts"
import { job } from "../../../kernel/later/later.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { EXPORT_KEPT_MS } from "../limits.ts"
import { copies, endCopy } from "../recovery/copies.ts"
import { sweepLater } from "../tables/jobs.ts"
import type { Table, TableRef } from "../tables/table.ts"
import {
  exportArn,
  exportFiles,
  exportTokens,
  isFull,
  refOfExport,
  rootOf,
  tableExports,
  type Export,
  type ExportFile,
  type ExportRef,
} from "./export.ts"
import { filesManifest, md5Of, summaryManifest } from "./manifests.ts"
import { nextLines } from "./records.ts"
import { putObject } from "./s3.ts"

const lookUp = (tx: ReadTx, { account, region, tableName, id }: ExportRef): Export | undefined =>
  tx.get(tableExports, [account, region, tableName, id])

/** The items of the moment are copied: they are written now. */
export function exportCopied(
  tx: WriteTx,
  { of, id }: { readonly of: TableRef; readonly id: string },
): void {
  const ref = { account: of.account, region: of.region, tableName: of.name, id }
  tx.schedule(writeFile, ref, tx.now)
}

/** S3 that does not answer is asked again, so many times. */
const ATTEMPTS = 30
const AGAIN_MS = 60_000

/**
 * Writes one data file, and the manifests behind the last. Names and bytes are the same when it is
 * done again, so a crash between S3's commit and ours leaves nothing double.
 */
export const writeFile = job<ExportRef>("dynamodb/write-export-file", {
  async perform(ctx, ref) {
    const one = await ctx.read((tx) => lookUp(tx, ref))
    if (one?.status !== "IN_PROGRESS") return
    try {
      await writeNext(ctx, one)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      const { code, message, options } = error
      const isLasting = options.fault !== "Receiver" || one.attempts + 1 >= ATTEMPTS
      await ctx.write((tx) => {
        if (isLasting) return end(tx, ref, { status: "FAILED", failure: failureOf(code, message) })
        update(tx, ref, { attempts: one.attempts + 1 })
        tx.schedule(writeFile, ref, tx.now + AGAIN_MS)
      })
    }
  },
})

/** `S3NoSuchBucket` is recorded; that other codes look alike is not verified. */
const failureOf = (code: string, message: string) => ({ code: `S3${code}`, message })

/** Where the next step begins when there is none: behind the last data file. */
const MANIFESTS = "manifests"

async function writeNext(ctx: ActionContext, one: Export): Promise<void> {
  const ref = refOfExport(one)
  if (one.after === MANIFESTS) {
    await writeManifests(ctx, one)
    await ctx.write((tx) => end(tx, ref, { status: "COMPLETED" }))
    return
  }
  if (one.files === 0) {
    const key = `${rootOf(one)}/${one.id}/_started`
    await putObject(ctx, one, { key, body: Buffer.alloc(0) })
  }
  const { lines, bytes, next } = await ctx.read((tx) => nextLines(tx, one))
  const body = gzipSync(Buffer.from(lines.map((line) => `${line}\n`).join("")))
  const key = dataKey(one)
  const { ETag = "" } = await putObject(ctx, one, { key, body })
  const file: ExportFile = {
    ...{ export: one.id, number: one.files, key, items: lines.length },
    ...{ md5: md5Of(body), etag: ETag.replaceAll('"', "") },
  }
  await ctx.write((tx) => {
    if (lookUp(tx, ref)?.files !== one.files) return
    tx.put(exportFiles, file)
    update(tx, ref, {
      ...{ files: one.files + 1, items: one.items + lines.length, bytes: one.bytes + bytes },
      ...{ after: next ?? MANIFESTS, attempts: 0 },
    })
    tx.schedule(writeFile, ref, tx.now)
  })
}

const NAME_CHARACTERS = "abcdefghijklmnopqrstuvwxyz234567"

/** Full exports have a folder of data each; incremental ones share one (documented). */
function dataKey(one: Export): string {
  const name = hash("sha256", `${one.id}/${one.files}`, "buffer").subarray(0, 26)
  const text = Array.from(name, (byte) => NAME_CHARACTERS[byte & 31]).join("")
  const folder = isFull(one.what) ? `${rootOf(one)}/${one.id}/data` : `${rootOf(one)}/data`
  return `${folder}/${text}.${one.format === "ION" ? "ion" : "json"}.gz`
}

async function writeManifests(ctx: ActionContext, one: Export): Promise<void> {
  const files: ExportFile[] = []
  for (let after: string | undefined; ;) {
    const page = await ctx.read((tx) =>
      tx.scan(exportFiles, { prefix: [one.id], after, limit: 1_000 }),
    )
    files.push(...page.rows)
    after = page.next
    if (after === undefined) break
  }
  const folder = `${rootOf(one)}/${one.id}`
  for (const [name, text] of [
    ["manifest-files", filesManifest(files)],
    ["manifest-summary", summaryManifest(one, { folder, endMs: ctx.now() })],
  ] as const) {
    const body = Buffer.from(text)
    await putObject(ctx, one, { key: `${folder}/${name}.json`, body })
    await putObject(ctx, one, {
      ...{ key: `${folder}/${name}.md5`, body: Buffer.from(md5Of(body)) },
    })
  }
}

function update(tx: WriteTx, ref: ExportRef, changed: Partial<Export>): Export | undefined {
  const one = lookUp(tx, ref)
  if (!one) return undefined
  const next = { ...one, ...changed }
  tx.put(tableExports, next)
  return next
}

/** What it had kept for itself goes. */
function end(tx: WriteTx, ref: ExportRef, how: Pick<Export, "status" | "failure">): void {
  const one = update(tx, ref, { ...how, endMs: tx.now })
  if (!one) return
  const { what, source, keys, account, region } = one
  if (isFull(what)) {
    const table = { id: what.itemsId, keys } as Table
    sweepLater(tx, { table, indexes: [], all: true })
  } else {
    const copy = tx.get(copies, [source, what.copy])
    if (copy) endCopy(tx, copy)
  }
  if (how.status === "COMPLETED" && one.bytes > 0)
    tx.meter("dynamodb:export-bytes", { account, region, resource: exportArn(one) }, one.bytes)
}

/** AWS tells of the exports of the last 90 days (docs: "ListExports"). */
export const forgetExport = job<ExportRef>("dynamodb/forget-export", {
  run(tx, ref) {
    const one = lookUp(tx, ref)
    if (!one) return
    if (one.status === "IN_PROGRESS") {
      tx.schedule(forgetExport, ref, tx.now + AGAIN_MS)
      return
    }
    const { rows, next } = tx.scan(exportFiles, { prefix: [one.id], limit: 500 })
    for (const row of rows) tx.remove(exportFiles, row)
    if (next !== undefined) {
      tx.schedule(forgetExport, ref, tx.now)
      return
    }
    tx.remove(tableExports, one)
    const token = tx.get(exportTokens, [one.account, one.region, one.token])
    if (token?.ref.id === one.id) tx.remove(exportTokens, token)
  },
})

export const forgetExportLater = (tx: WriteTx, one: Export): void =>
  void tx.schedule(forgetExport, refOfExport(one), tx.now + EXPORT_KEPT_MS)
