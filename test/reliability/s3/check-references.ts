import type { Engine } from "../../../src/kernel/engine.ts"
import { decodeRow, type Table } from "../../../src/kernel/table.ts"
import { rangeOf } from "../../../src/kernel/transaction.ts"
import { smallBytes } from "../../../src/services/s3/bytes/bytes.ts"
import { segments } from "../../../src/services/s3/bytes/segments.ts"
import { parts, uploads } from "../../../src/services/s3/multipart/upload.ts"
import { objects, versions } from "../../../src/services/s3/objects/version.ts"

/** Each blob and each small body belongs to one version, segment or part, and each part to an upload. */
export function checkReferences(engine: Engine, linked: ReadonlySet<string>): string[] {
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

export function* rowsOf<Row extends object>(engine: Engine, table: Table<Row>): Generator<Row> {
  const range = rangeOf(table, { limit: Number.MAX_SAFE_INTEGER })
  for (const [, value] of engine.scan(range)) yield decodeRow(table, value)
}
