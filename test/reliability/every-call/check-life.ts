import { readdirSync } from "node:fs"
import { join } from "node:path"
import { sweepBlobs } from "../../../src/kernel/blobs/blobs.ts"
import { createHostStorage } from "../../../src/kernel/host/data-folder.ts"
import { hostClock } from "../../../src/kernel/host/host-clock.ts"
import type { Storage, Store } from "../../../src/kernel/storage.ts"

/** What a folder has: the mark of the last commit, and of the snapshots by name. */
export interface Having {
  readonly mark: string
  readonly one?: string
  readonly two?: string
}

/** No mark was put since the last reset. */
const EMPTY = ""
/** What each mark was put on top of. */
const BEFORE: Readonly<Record<string, string>> = { [EMPTY]: "", a: "a", b: "ab", c: "abc", d: "d" }

/** What may lie in a folder that nobody has open. */
const KNOWN =
  /^(?:root\.key|store\/(?:data\.mdb(?:-lock)?|commits-\d{10}\.log)|blobs\/[0-9a-f]{32}|snapshots\/(?:one|two)\/(?:info\.json|store\/(?:data\.mdb|commits-\d{10}\.log)|blobs\/[0-9a-f]{32}))$/

/** Opens what a death has left. Throws for what is torn, or left about; tells what it has. */
export async function lookInto(folder: string): Promise<Having> {
  const complaints: string[] = []
  const storage = createHostStorage(folder, {
    durability: "process",
    clock: hostClock,
    report: (what, error) => void complaints.push(`${what}: ${String(error)}`),
  })
  const mark = await markIn(storage)
  const names = (await storage.listSnapshots()).map(({ name }) => name)
  const left = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => path !== "lock" && !KNOWN.test(path))
  if (left.length > 0) throw new Error(`left about: ${left.join(", ")}`)
  const saved: Record<string, string> = {}
  for (const name of names) {
    await storage.loadSnapshot(name)
    saved[name] = await markIn(storage)
  }
  await storage.close()
  const other = complaints.filter((line) => !/bytes of the log were not whole/.test(line))
  if (other.length > 0) throw new Error(other.join("\n"))
  return { mark, ...saved }
}

/** The state's mark, where all that goes with it is there and nothing else. */
async function markIn(storage: Storage): Promise<string> {
  const store = await storage.open()
  try {
    const { engine, blobs } = store
    const mark = String(engine.get("mark") ?? EMPTY)
    const rows = [...engine.scan({ start: "of ", end: "of~" })].map(([, value]) => value)
    if (rows.join("") !== BEFORE[mark]) throw new Error(`"${mark}" lies among ${rows.join()}`)
    const linked = engine.get("blob")
    if (linked !== undefined && (await bytesOf(store, String(linked))) !== mark.repeat(1_000))
      throw new Error(`the blob of "${mark}" is not whole`)
    const isLinked = (id: string): boolean => id === linked
    await sweepBlobs({ blobs, isLinked, now: Date.now(), graceMs: 0, limit: 1_000 })
    const { count } = await blobs.usage()
    if (count !== (linked === undefined ? 0 : 1)) throw new Error(`${count} blobs for "${mark}"`)
    return mark
  } finally {
    await store.blobs.close()
    await store.engine.close()
  }
}

async function bytesOf({ blobs }: Store, id: string): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of blobs.open(id)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
