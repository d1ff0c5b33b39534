import type { ActionContext } from "../../../../kernel/action.ts"
import { job } from "../../../../kernel/later/later.ts"
import type { WriteTx } from "../../../../kernel/transaction.ts"
import {
  archiveQuery,
  concludeOutput,
  putResults,
  selectEvents,
  type Counts,
} from "../../../s3/port.ts"
import { lookUpArchive, openKey } from "../../archive/archive.ts"
import { readArchive } from "../../archive/read.ts"
import { archiveMissing } from "../../errors.ts"
import { SELECT_RETRY_MS } from "../../limits.ts"
import { count } from "../../vault/storage.ts"
import { due, end, type Due } from "../finish.ts"
import type { JobRef, SelectJob } from "../job.ts"
import { queryOf } from "./order.ts"
import { writerOf } from "./writer.ts"

/** The query runs, and what it finds is written; a crash on the way writes the same objects anew. */
export const finishSelect = job<JobRef>("glacier/finishSelect", {
  async perform(ctx, ref) {
    const found = await ctx.write((tx) => opened(tx, ref))
    if (!found) return
    const { select, key, isThere } = found
    const counts: Counts = { BytesScanned: 0, BytesProcessed: 0, BytesReturned: 0 }
    const to = writerOf(found.job, select)
    const ended = await concludeOutput(ctx, to, async () => {
      // "Archive retrievals that are in progress when you delete the archive might not succeed."
      if (!isThere) throw archiveMissing(select.id)
      return await putResults(ctx, to, eventsOf(ctx, select, { key, counts }))
    })
    await ctx.write((tx) => {
      const still = due(tx, ref)
      if (!still) return
      if (ended === "again") return void tx.schedule(finishSelect, ref, tx.now + SELECT_RETRY_MS)
      countQuery(tx, still, counts)
      if (ended === "done") end(tx, still, { status: "Succeeded", message: "Succeeded" })
      else end(tx, still, { status: "Failed", message: ended.message })
    })
  },
})

interface Opened extends Due {
  readonly select: SelectJob
  readonly key: Uint8Array
  readonly isThere: boolean
}

function opened(tx: WriteTx, ref: JobRef): Opened | undefined {
  const found = due(tx, ref)
  const select = found?.job.select
  if (!found || !select) return undefined
  const isThere = lookUpArchive(tx, found.vault, select.id) !== undefined
  return { ...found, select, isThere, key: openKey(tx, select.content) }
}

function eventsOf(
  ctx: ActionContext,
  { parameters, content }: SelectJob,
  { key, counts }: { readonly key: Uint8Array; readonly counts: Counts },
): ReturnType<typeof selectEvents> {
  const { form, query } = archiveQuery(queryOf(parameters), ctx.now())
  const source = {
    sizeBytes: content.sizeBytes,
    stream: (start: number, stop: number) =>
      readArchive(ctx, content, { key, range: { start, end: stop } }),
  }
  return selectEvents(source, query, { form, counts })
}

/** AWS billed what was scanned and returned by the GB, and each tier at its own rate. */
function countQuery(tx: WriteTx, { job: of, vault }: Due, counts: Counts): void {
  const tier = of.select?.tier
  count(tx, vault, { usage: `select-scanned-${tier}`, quantity: counts.BytesScanned })
  count(tx, vault, { usage: `select-returned-${tier}`, quantity: counts.BytesReturned })
}
