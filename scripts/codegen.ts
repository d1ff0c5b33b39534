/**
 * Makes everything that comes from AWS's API models.
 *
 *   node scripts/codegen.ts                   index and types, from the data in src/models/data
 *   node scripts/codegen.ts <folder>          also the data, from a folder of models (botocore's layout)
 *   node scripts/codegen.ts [folder] --check  writes nothing; fails when something is out of date
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { createModels } from "../src/models/load.ts"
import { indexText, modelText, pack, unpack } from "./codegen/data.ts"
import { implementedOperations, implementedServices } from "./codegen/implemented.ts"
import { readPublishedFolder } from "./codegen/published.ts"
import { typesOf } from "./codegen/types.ts"

const DATA = "src/models/data"
const TYPES = "src/models/types"
const SERVICES = "src/services"
const SIZE_LIMIT_BYTES = 4 * 1024 * 1024

const files = { read: (name: string) => readFileSync(join(DATA, name)) }

/** Puts wanted contents on disk, or, when checking, only notes where the disk differs. */
class Output {
  readonly stale: string[] = []
  readonly check: boolean

  constructor(check: boolean) {
    this.check = check
  }

  text(path: string, wanted: string): void {
    if (existsSync(path) && readFileSync(path, "utf8") === wanted) return
    this.stale.push(path)
    if (!this.check) writeFileSync(path, wanted)
  }

  /** Compares what the file unpacks to: releases of Node may compress differently. */
  async packed(path: string, wanted: string): Promise<void> {
    if (existsSync(path) && unpack(readFileSync(path)) === wanted) return
    this.stale.push(path)
    if (!this.check) writeFileSync(path, await pack(wanted))
  }

  /** Removes the files of the folder that nothing wants. */
  only(folder: string, wanted: ReadonlySet<string>): void {
    for (const name of readdirSync(folder)) {
      if (wanted.has(name)) continue
      this.stale.push(join(folder, name))
      if (!this.check) rmSync(join(folder, name))
    }
  }
}

async function writeData(folder: string, output: Output): Promise<void> {
  const published = readPublishedFolder(folder)
  const waiting = [...published.services]
  const worker = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      await output.packed(join(DATA, `${id}.br`), modelText(id, published.read(id)))
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  const partitions = published.partitions.map((partition) => JSON.stringify(partition))
  output.text(join(DATA, "partitions.json"), `[\n${partitions.join(",\n")}\n]\n`)
  const names = published.services.map((id) => `${id}.br`)
  output.only(DATA, new Set([...names, "index.json", "partitions.json"]))
}

function writeTypes(output: Output): void {
  const models = createModels(files)
  const wanted = new Set<string>()
  for (const id of implementedServices(SERVICES)) {
    if (!models.serviceIndex().byId.has(id)) {
      throw new Error(`${SERVICES}/${id}: AWS's models have no service of this name`)
    }
    const model = models.loadModel(id)
    const operations = implementedOperations(SERVICES, model)
    if (operations.length === 0) continue
    output.text(join(TYPES, `${id}.ts`), typesOf(model, operations))
    wanted.add(`${id}.ts`)
  }
  output.only(TYPES, wanted)
}

function dataBytes(): number {
  const sizes = readdirSync(DATA).map((name) => readFileSync(join(DATA, name)).length)
  return sizes.reduce((sum, size) => sum + size, 0)
}

const args = process.argv.slice(2)
const output = new Output(args.includes("--check"))
const folder = args.find((arg) => !arg.startsWith("--"))
for (const needed of [DATA, TYPES]) mkdirSync(needed, { recursive: true })
if (folder) await writeData(folder, output)
const ids = readdirSync(DATA).filter((name) => name.endsWith(".br"))
output.text(join(DATA, "index.json"), indexText(files, ids.map((name) => name.slice(0, -3)).sort()))
writeTypes(output)

for (const path of output.stale) console.log(`${output.check ? "out of date" : "written"}: ${path}`)
const bytes = dataBytes()
console.log(`${ids.length} models, ${bytes} bytes of data`)
if (bytes > SIZE_LIMIT_BYTES) {
  console.log(`over the limit of ${SIZE_LIMIT_BYTES} bytes`)
  process.exitCode = 1
}
if (output.check && output.stale.length > 0) {
  console.log("run npm run codegen")
  process.exitCode = 1
}
