/**
 * What a newer release of AWS's models would change, before codegen takes it over:
 * `node scripts/diff-model.ts <folder> [service]` (a folder in botocore's layout). Without a
 * service: a line for each service that differs. With one: every difference.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { compactModel } from "../src/models/compact.ts"
import { linkModel } from "../src/models/link.ts"
import { createModels, readPublished } from "../src/models/load.ts"
import { describe, differences, summary } from "./codegen/differences.ts"
import { readPublishedFolder } from "./codegen/published.ts"

const [folder, service] = process.argv.slice(2)
if (!folder || !existsSync(join(folder, service ?? "."))) {
  console.log("node scripts/diff-model.ts <folder of models> [service]")
  if (folder && !folder.startsWith("-")) console.log(`there is no ${join(folder, service ?? "")}`)
  process.exit(2)
}
const files = { read: (name: string) => readFileSync(`src/models/data/${name}`) }
const known = new Set(createModels(files).serviceIndex().byId.keys())
const published = readPublishedFolder(folder)

for (const id of service ? [service] : published.services) {
  const after = linkModel(compactModel(id, published.read(id)))
  if (!known.delete(id)) {
    console.log(`${id}: new, ${Object.keys(after.operations).length} operations`)
    continue
  }
  const found = differences(readPublished(files, id), after)
  if (found.length > 0) console.log(`${id}: ${summary(found)}`)
  else if (service) console.log(`${id}: no difference`)
  if (service) for (const difference of found) console.log(`  ${describe(difference)}`)
}
if (!service) for (const id of known) console.log(`${id}: gone`)
