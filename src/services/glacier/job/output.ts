import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { openKey, type Content } from "../archive/archive.ts"
import { rangeHash } from "../archive/range-hash.ts"
import { readArchive } from "../archive/read.ts"
import { isAligned, type Span } from "../archive/tree-hash.ts"
import { onVault } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid, jobNotReady } from "../errors.ts"
import { count } from "../vault/storage.ts"
import { findVault } from "../vault/vault.ts"
import { inventoryKey } from "./finish.ts"
import { findJob, type ArchiveRetrieval, type RetrievalJob } from "./job.ts"

type Head = Omit<Out<"GetJobOutput">, "body">

/** What is to be sent: a range of what lies there. */
interface Output {
  readonly head: Head
  readonly content: Pick<Content, "serial" | "sizeBytes" | "partBytes">
  readonly key: Uint8Array
  readonly range: Span
}

export const GetJobOutput = op.action("GetJobOutput", {
  authorize: onVault,
  async run(ctx, input, call): Promise<Out<"GetJobOutput">> {
    const { head, content, key, range } = await ctx.write((tx) => outputOf(tx, input, call))
    const body = readArchive(ctx, content, { key, range })
    return { ...head, body }
  },
})

function outputOf(tx: WriteTx, input: In<"GetJobOutput">, call: Call): Output {
  const vault = findVault(tx, input, call)
  const job = findJob(tx, vault, input.jobId)
  // "You cannot call the GetJobOutput operation" for a select job. The text is not verified.
  if (job.select) throw invalid(`The output of a select job is in Amazon S3: ${job.select.path}`)
  if (job.status !== "Succeeded") throw jobNotReady(job.id)
  const output = job.archive
    ? ofArchive(tx, job.archive, input.range)
    : ofInventory(tx, job, input.range)
  const { start, end } = output.range
  count(tx, vault, { usage: "bytes-out", quantity: end - start })
  return output
}

function ofArchive(tx: WriteTx, asked: ArchiveRetrieval, wanted: string | undefined): Output {
  const { content, description } = asked
  const { start, end } = asked.range
  const range = readRange(wanted, end - start)
  const inArchive = { start: start + range.start, end: start + range.end }
  // "Receiving Checksums When Downloading Data": both ranges have to be aligned.
  const checksum = isAligned(asked.range, content.sizeBytes)
    ? rangeHash(tx, content, inArchive)
    : undefined
  return {
    head: {
      ...headOf(range, { sizeBytes: end - start, isPart: wanted !== undefined }),
      contentType: "application/octet-stream",
      ...(checksum !== undefined && { checksum }),
      ...(description !== "" && { archiveDescription: description }),
    },
    ...{ content, key: openKey(tx, content), range: inArchive },
  }
}

function ofInventory(tx: WriteTx, job: RetrievalJob, wanted: string | undefined): Output {
  const { sizeBytes = 0, format } = job.inventory ?? {}
  const range = readRange(wanted, sizeBytes)
  return {
    head: {
      ...headOf(range, { sizeBytes, isPart: wanted !== undefined }),
      contentType: format === "CSV" ? "text/csv" : "application/json",
    },
    content: { serial: job.serial, sizeBytes, partBytes: sizeBytes },
    ...{ key: inventoryKey(tx, job), range },
  }
}

const headOf = (
  { start, end }: Span,
  { sizeBytes, isPart }: { readonly sizeBytes: number; readonly isPart: boolean },
): Head => ({
  acceptRanges: "bytes",
  status: isPart ? 206 : 200,
  ...(isPart && { contentRange: `bytes ${start}-${end - 1}/${sizeBytes}` }),
})

/** A `Range` of the output: `bytes=0-1048575`. Throws InvalidParameterValueException. */
function readRange(text: string | undefined, sizeBytes: number): Span {
  if (text === undefined) return { start: 0, end: sizeBytes }
  const [, first, last] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(text) ?? []
  const start = Number(first)
  const end = last === "" ? sizeBytes : Math.min(Number(last) + 1, sizeBytes)
  if (first === undefined || start >= end) throw invalid(`Invalid range: ${text}`)
  return { start, end }
}
