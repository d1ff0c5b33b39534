import { readFileSync } from "node:fs"
import { join } from "node:path"
import { createModels } from "../../models/load.ts"
import type { ServiceModel } from "../../models/schema.ts"

/** The model of a service as the product uses it. */
export function publishedModel(id: string): ServiceModel {
  const folder = join(import.meta.dirname, "../../models/data")
  return createModels({ read: (name) => readFileSync(join(folder, name)) }).loadModel(id)
}
