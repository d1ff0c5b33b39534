import { blobLinks } from "../../kernel/blobs/blob-links.ts"
import { BlobCorruptError, BlobNotFoundError } from "../../kernel/blobs/blobs.ts"
import type { Cloud } from "../cloud.ts"

/** What was read, and which of it is not what was written. */
export interface Scrubbed {
  readonly blobs: number
  readonly bytes: number
  readonly damaged: readonly Damage[]
  /** The last blob that was read, from which to go on; absent: that was all. */
  readonly next?: string
}

export interface Damage {
  readonly blob: string
  /** What is wrong with its file. */
  readonly problem: string
  /** Whose bytes it has: ARNs of objects. */
  readonly of: readonly string[]
}

/** One request reads so many bytes, and the blob with which it gets there. */
const BYTES_EACH = 1024 * 1024 * 1024
const BLOBS_EACH = 1_000

/**
 * Reads what lies in files, from behind `after` on, and holds it against its checksums. There is
 * one copy of everything: what is damaged is told, and cannot be mended.
 */
export async function scrub(cloud: Cloud, after: string | undefined): Promise<Scrubbed> {
  const { world } = cloud
  const from = after === undefined ? {} : { from: [`${after}\0`] }
  const page = world.peek((tx) => tx.scan(blobLinks, { ...from, limit: BLOBS_EACH }))
  const found = new Map<string, string>()
  let [bytes, blobs] = [0, 0]
  for (const { id } of page.rows) {
    const read = await readBlob(cloud, id)
    blobs += 1
    bytes += read.bytes
    // Deleted meanwhile, it may be gone.
    if (read.problem !== undefined && isLinked(cloud, id)) found.set(id, read.problem)
    if (bytes >= BYTES_EACH) break
  }
  const damaged = found.size > 0 ? await damages(cloud, found) : []
  const last = page.rows[blobs - 1]
  const isAll = blobs === page.rows.length && page.next === undefined
  return { blobs, bytes, damaged, ...(last && !isAll && { next: last.id }) }
}

async function readBlob(cloud: Cloud, id: string): Promise<{ bytes: number; problem?: string }> {
  let bytes = 0
  try {
    for await (const piece of cloud.world.blobs.open(id)) bytes += piece.length
    return { bytes }
  } catch (error) {
    if (error instanceof BlobNotFoundError) return { bytes, problem: "is not there" }
    if (!(error instanceof BlobCorruptError)) throw error
    const { offset } = error
    return { bytes, problem: offset === undefined ? "is cut off" : `is damaged at byte ${offset}` }
  }
}

const isLinked = ({ world }: Cloud, id: string): boolean =>
  world.peek((tx) => tx.get(blobLinks, [id]) !== undefined)

async function damages(cloud: Cloud, found: ReadonlyMap<string, string>): Promise<Damage[]> {
  const holders = new Map<string, string[]>()
  const ids = new Set(found.keys())
  for (const name of cloud.catalog.ids) {
    const service = await cloud.catalog.find(name)
    if (!service?.holders) continue
    const { holders: of } = service
    cloud.world.peek((tx) => {
      for (const { blob, holder } of of(tx, ids))
        holders.set(blob, [...(holders.get(blob) ?? []), holder])
    })
  }
  return [...found].map(([blob, problem]) => ({ blob, problem, of: holders.get(blob) ?? [] }))
}
