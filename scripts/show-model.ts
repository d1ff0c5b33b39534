/**
 * Prints a model as JSON: `node scripts/show-model.ts <service> [Operation|Shape]`. With
 * `--published` as AWS publishes it, without our corrections.
 */
import { readFileSync } from "node:fs"
import { createModels, readPublished } from "../src/models/load.ts"
import { namedView, serviceView } from "./codegen/view.ts"

const files = { read: (name: string) => readFileSync(`src/models/data/${name}`) }
const [service, name] = process.argv.slice(2).filter((arg) => !arg.startsWith("--"))
const models = createModels(files)
if (!service || !models.serviceIndex().byId.has(service)) {
  const ids = models.serviceIndex().services.map(({ id }) => id)
  console.log("node scripts/show-model.ts <service> [Operation|Shape] [--published]")
  console.log(`services: ${ids.join(" ")}`)
  process.exit(2)
}
const published = process.argv.includes("--published")
const model = published ? readPublished(files, service) : models.loadModel(service)
const view = name === undefined ? serviceView(model) : namedView(model, name)
if (view) console.log(JSON.stringify(view, null, 2))
else {
  console.log(`${service} has neither an operation nor a shape ${name}`)
  process.exitCode = 1
}
