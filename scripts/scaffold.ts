/**
 * Begins an operation: writes its handler and its test in the house form, and, for a new service,
 * the service's room.
 *
 *     npm run scaffold -- sqs SendMessage
 *     npm run scaffold -- ec2/vpc CreateVpc      in the room of a noun
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createModels } from "../src/models/load.ts"
import { devTool } from "./dev-tool.ts"
import * as templates from "./scaffold/templates.ts"

const [where = "", name = ""] = process.argv.slice(2)
const [id = "", ...nouns] = where.split("/")
const at = { service: id, noun: nouns.join("/") }
const models = createModels({ read: (file) => readFileSync(`src/models/data/${file}`) })

function stop(message: string): never {
  console.error(message)
  process.exit(1)
}

/** Writes a file that does not exist yet. */
function begin(path: string, text: string): void {
  if (existsSync(path)) return
  writeFileSync(path, text)
  console.log(`written: ${path}`)
}

if (id === "" || name === "") stop("say what: npm run scaffold -- <service>[/<noun>] <Operation>")
if (!models.serviceIndex().byId.has(id)) stop(`AWS's models have no service "${id}"`)
const model = models.loadModel(id)
const operation = Object.hasOwn(model.operations, name) ? model.operations[name] : undefined
if (!operation) {
  const known = Object.keys(model.operations).filter((one) => one.includes(name.slice(0, 6)))
  stop(
    `${model.serviceId} has no operation ${name}${known.length > 0 ? `; it has ${known.join(", ")}` : ""}`,
  )
}

const room = `src/services/${id}`
const ops = `${room}/${at.noun === "" ? "" : `${at.noun}/`}ops`
const listed = readFileSync("src/services/catalog.ts", "utf8").includes(`"./${id}/service.ts"`)
if (existsSync(`${ops}/${name}.ts`)) stop(`${ops}/${name}.ts is already there`)
mkdirSync(ops, { recursive: true })
begin(`${room}/define.ts`, templates.defineText(model))
begin(`${room}/service.ts`, templates.serviceText(model))
begin(`${room}/NOTES.md`, templates.notesText(model))
begin(`${ops}/${name}.ts`, templates.handlerText(model, operation, at))
begin(`${ops}/${name}.test.ts`, templates.testText(model, operation, at))
const [node, ...oxfmt] = devTool("oxfmt")
const fresh = [ops, `${room}/define.ts`, `${room}/service.ts`]
spawnSync(node, [...oxfmt, ...fresh], { stdio: "ignore" })
spawnSync(node, ["scripts/codegen.ts"], { stdio: "inherit" })

const { module } = templates.sdkNames(model.serviceId)
console.log("\nNext:")
if (!listed) console.log(`- add ${id} to src/services/catalog.ts`)
if (!existsSync(`node_modules/${module}`)) console.log(`- npm install --save-dev ${module}`)
console.log(`- write ${ops}/${name}.ts and its test, each rule with its source`)
console.log(`- add ${name} to the operations in ${room}/service.ts: from then on it is answered`)
console.log("- npm run coverage, and a line in CHANGELOG.md")
