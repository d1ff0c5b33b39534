import { join } from "node:path"
import { blobLinks } from "../../../src/kernel/blobs/blob-links.ts"
import { sweepBlobs } from "../../../src/kernel/blobs/blobs.ts"
import { clockRows } from "../../../src/kernel/cloud-clock.ts"
import { faultRows } from "../../../src/kernel/faults.ts"
import { openFileBlobs } from "../../../src/kernel/host/file-blobs.ts"
import { openLmdbEngine } from "../../../src/kernel/host/lmdb-engine.ts"
import { deadWork, deliveries, timers } from "../../../src/kernel/later/later-rows.ts"
import type { Table } from "../../../src/kernel/table.ts"
import { usages } from "../../../src/kernel/meter.ts"
import { checkStore } from "../../../src/kernel/testing/check-store.ts"
import { iam } from "../../../src/services/iam/service.ts"
import { s3 } from "../../../src/services/s3/service.ts"
import { sts } from "../../../src/services/sts/service.ts"
import { checkReferences, rowsOf } from "./check-references.ts"

/**
 * The folder of a server that S3 was used on, after its end: every row in its place, every byte of
 * an object there, and none that no object has. Throws what is wrong; tells how many blobs the
 * sweep took that no commit ever linked.
 */
export async function checkS3Folder(folder: string): Promise<{ swept: number }> {
  const engine = await openLmdbEngine(join(folder, "store"), { durability: "process" })
  const blobs = await openFileBlobs(join(folder, "blobs"), { durability: "process" })
  try {
    const kernel = [timers, deliveries, deadWork, clockRows, faultRows, usages, blobLinks]
    const services = [s3, sts, iam].flatMap(({ tables }) => tables)
    const tables = [...kernel, ...services] as readonly Table<object>[]
    const wrong = checkStore(engine.scan({ start: "\0", end: "\xff\xff" }), tables)
    const linked = new Set([...rowsOf(engine, blobLinks)].map(({ id }) => id))
    wrong.push(...checkReferences(engine, linked))
    // Staged, and killed before its commit: nobody was told of it.
    const swept = await sweepBlobs({
      ...{ blobs, isLinked: (id) => linked.has(id) },
      ...{ now: Date.now() + 1, graceMs: 0, limit: 10_000 },
    })
    const left = new Set<string>()
    for await (const { id } of blobs.list()) left.add(id)
    for (const id of linked) if (!left.has(id)) wrong.push(`blob ${id} is linked and not there`)
    for (const id of left) if (!linked.has(id)) wrong.push(`blob ${id} is nobody's`)
    if (wrong.length > 0) throw new Error(`${folder}: ${wrong.join("\n")}`)
    return { swept }
  } finally {
    await blobs.close()
    await engine.close()
  }
}
