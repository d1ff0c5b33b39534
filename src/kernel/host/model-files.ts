import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** The models' data: beside the built bundle, or in the source tree. */
export function createModelFiles(): { read(name: string): Uint8Array } {
  const built = fileURLToPath(new URL("./models/data/", import.meta.url))
  const folder = existsSync(built)
    ? built
    : fileURLToPath(new URL("../../models/data/", import.meta.url))
  return { read: (name) => readFileSync(folder + name) }
}
