import type { ActionContext } from "../../../kernel/action.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { getBytes, putBytes, smallBytes } from "../bytes/bytes.ts"
import { MOST_PARTS, segments } from "../bytes/segments.ts"
import type { Content, Version } from "../objects/version.ts"

/**
 * A replica has its source's own key and bytes, as they lie: only the key is wrapped anew. So no byte
 * is decrypted on its way, parts and checksums stay, and customers' keys are not needed.
 */

/** The blobs of a version, each with its copy. */
export type CopiedBlobs = ReadonlyMap<string, string>

/** The ids of the blobs in which a version's bytes lie. */
export function blobsOf(tx: ReadTx, { serial, content }: Version): readonly string[] {
  if (content?.at === "blob") return [content.blob]
  if (content?.at !== "parts") return []
  const { rows } = tx.scan(segments, { prefix: [serial], limit: MOST_PARTS })
  return rows.flatMap(({ blob }) => blob ?? [])
}

/** Copies blobs, which the caller links or removes; where this throws there are none. */
export async function copyBlobs(
  { blobs, signal }: Pick<ActionContext, "blobs" | "signal">,
  ids: readonly string[],
): Promise<CopiedBlobs> {
  const copies = new Map<string, string>()
  try {
    for (const id of ids) {
      const { id: copy } = await blobs.stage(blobs.open(id), { signal })
      copies.set(id, copy)
    }
    return copies
  } catch (error) {
    await removeBlobs({ blobs }, copies)
    throw error
  }
}

export async function removeBlobs(
  { blobs }: Pick<ActionContext, "blobs">,
  copies: CopiedBlobs,
): Promise<void> {
  for (const copy of copies.values()) await blobs.remove(copy)
}

/** Gives a replica its bytes, in the transaction that makes it. */
export function linkCopies(
  tx: WriteTx,
  { serial: from, content }: Version,
  { to, copies, sealed }: { to: number; copies: CopiedBlobs; sealed: boolean },
): Content | undefined {
  const link = (blob: string): string => {
    const copy = copies.get(blob)
    if (copy === undefined) throw new Error("a blob that was not copied")
    tx.linkBlob(copy)
    return copy
  }
  switch (content?.at) {
    case undefined:
      return undefined
    case "row":
      copyRow(tx, { from, to, sealed })
      return content
    case "blob":
      return { at: "blob", blob: link(content.blob) }
    case "parts":
      for (const part of tx.scan(segments, { prefix: [from], limit: MOST_PARTS }).rows) {
        const row = part.row === undefined ? undefined : tx.serial()
        if (part.row !== undefined && row !== undefined)
          copyRow(tx, { from: part.row, to: row, sealed })
        const blob = part.blob === undefined ? undefined : link(part.blob)
        tx.insert(segments, {
          ...part,
          version: to,
          ...(row !== undefined && { row }),
          ...(blob !== undefined && { blob }),
        })
      }
      return content
  }
}

/** What has its key beside it is tied to its id. */
function copyRow(
  tx: WriteTx,
  { from, to, sealed }: { from: number; to: number; sealed: boolean },
): void {
  if (sealed) return putBytes(tx, to, { plain: getBytes(tx, from, undefined) })
  const row = tx.get(smallBytes, [from])
  if (!row) throw new Error(`the bytes of version ${from} are gone`)
  tx.insert(smallBytes, { ...row, id: to })
}

/** Bytes that leave a Region. */
export function meterTransfer(
  tx: WriteTx,
  { source, destination, timed }: { source: Bucket; destination: Bucket; timed: boolean },
  bytes: number,
): void {
  if (bytes === 0) return
  const { account, region } = source
  if (source.region !== destination.region)
    tx.meter("s3:replication-bytes-out", { account, region }, bytes)
  if (timed) tx.meter("s3:replication-time-control-bytes", { account, region }, bytes)
}
