/** Does all that a data folder is for, and tells of each step that is done. `life.ts FOLDER STEPS` */
import { writeSync } from "node:fs"
import { createHostStorage } from "../../../src/kernel/host/data-folder.ts"
import { hostClock } from "../../../src/kernel/host/host-clock.ts"
import type { LmdbEngine } from "../../../src/kernel/host/lmdb-engine.ts"
import type { Store } from "../../../src/kernel/storage.ts"

const [folder = "", which = ""] = process.argv.slice(2)
const storage = createHostStorage(folder, {
  durability: "process",
  clock: hostClock,
  report: (what, error) => process.stderr.write(`${what}: ${String(error)}\n`),
})
let store: Store

async function close(): Promise<void> {
  await store.engine.flush()
  await store.blobs.close()
  await store.engine.close()
}

const open = async (): Promise<void> => void (store = await storage.open())

/** Puts a mark, and a blob with the same bytes. */
async function commit(mark: string): Promise<void> {
  const { id } = await store.blobs.stage(Buffer.from(mark.repeat(1_000)))
  store.engine.commit(
    new Map([
      ["mark", mark],
      ["blob", id],
      [`of ${mark}`, mark],
    ]),
  )
}

/** By name. What ends with `die` ends without a close. */
const STEPS: Readonly<Record<string, () => Promise<unknown>>> = {
  open,
  "commit a": () => commit("a"),
  "commit b": () => commit("b"),
  "commit c": () => commit("c"),
  "commit d": () => commit("d"),
  checkpoint: () => (store.engine as LmdbEngine).checkpoint(),
  "save one": () => storage.saveSnapshot("one", store),
  "save two": () => storage.saveSnapshot("two", store),
  "delete two": () => storage.deleteSnapshot("two"),
  "load one": async () => {
    await close()
    await storage.loadSnapshot("one")
    await open()
  },
  reset: async () => {
    await close()
    await storage.wipe()
    await open()
  },
  close: async () => {
    await close()
    await storage.close()
  },
  die: async () => process.kill(process.pid, "SIGKILL"),
}

for (const step of which.split(",")) {
  await (STEPS[step] as () => Promise<unknown>)()
  writeSync(1, `${step}\n`)
}
