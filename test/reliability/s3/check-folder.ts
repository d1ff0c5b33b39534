import { join } from "node:path"
import { blobLinks } from "../../../src/kernel/blobs/blob-links.ts"
import { sweepBlobs } from "../../../src/kernel/blobs/blobs.ts"
import { clockRows } from "../../../src/kernel/cloud-clock.ts"
import type { Engine } from "../../../src/kernel/engine.ts"
import { faultRows } from "../../../src/kernel/faults.ts"
import { openFileBlobs } from "../../../src/kernel/host/file-blobs.ts"
import { openLmdbEngine } from "../../../src/kernel/host/lmdb-engine.ts"
import { deadWork, deliveries, timers } from "../../../src/kernel/later/later-rows.ts"
import { usages } from "../../../src/kernel/meter.ts"
import { decodeRow, type Table } from "../../../src/kernel/table.ts"
import { rangeOf } from "../../../src/kernel/transaction.ts"
import { checkStore } from "../../../src/kernel/testing/check-store.ts"
import { iam } from "../../../src/services/iam/service.ts"
import { smallBytes } from "../../../src/services/s3/bytes/bytes.ts"
import { segments } from "../../../src/services/s3/bytes/segments.ts"
import { parts, uploads } from "../../../src/services/s3/multipart/upload.ts"
import { objects, versions } from "../../../src/services/s3/objects/version.ts"
import { s3 } from "../../../src/services/s3/service.ts"
import { sts } from "../../../src/services/sts/service.ts"

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

/** Each blob and each small body belongs to one version, segment or part, and each part to an upload. */
function checkReferences(engine: Engine, linked: ReadonlySet<string>): string[] {
  const wrong: string[] = []
  const used = new Map<string, number>()
  const small = new Set<number>()
  const use = (id: string | undefined): void => {
    if (id !== undefined) used.set(id, (used.get(id) ?? 0) + 1)
  }
  const whole = new Set<number>()
  for (const version of [...rowsOf(engine, objects), ...rowsOf(engine, versions)]) {
    const { content, serial } = version
    if (content?.at === "blob") use(content.blob)
    if (content?.at === "row") small.add(serial)
    if (content?.at === "parts") whole.add(serial)
  }
  for (const { blob, version } of rowsOf(engine, segments)) {
    use(blob)
    if (!whole.has(version)) wrong.push(`a segment of version ${version}, which is not there`)
  }
  const open = new Set([...rowsOf(engine, uploads)].map(({ serial }) => serial))
  for (const { blob, upload } of rowsOf(engine, parts)) {
    use(blob)
    if (!open.has(upload)) wrong.push(`a part of upload ${upload}, which is not there`)
  }
  for (const [id, times] of used) {
    if (times > 1) wrong.push(`blob ${id} is used ${times} times`)
    if (!linked.has(id)) wrong.push(`blob ${id} is used and not linked`)
  }
  for (const id of linked) if (!used.has(id)) wrong.push(`blob ${id} is linked and not used`)
  const bytes = new Set([...rowsOf(engine, smallBytes)].map(({ id }) => id))
  for (const id of small) if (!bytes.has(id)) wrong.push(`the bytes of version ${id} are gone`)
  for (const id of bytes) if (!small.has(id)) wrong.push(`bytes of version ${id}, which is gone`)
  return wrong
}

function* rowsOf<Row extends object>(engine: Engine, table: Table<Row>): Generator<Row> {
  const range = rangeOf(table, { limit: Number.MAX_SAFE_INTEGER })
  for (const [, value] of engine.scan(range)) yield decodeRow(table, value)
}
