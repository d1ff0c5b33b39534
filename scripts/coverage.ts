/**
 * Writes what works: docs/coverage.md (each service's operations, and the behaviours that tests
 * show) and the table of services in README.md. With `--check` it writes nothing and fails when
 * the operations are out of date. The behaviours may lag: every new test would change them, and
 * changes made side by side would always collide there.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { createModels } from "../src/models/load.ts"
import { createCatalog } from "../src/services/catalog.ts"
import {
  BEHAVIOURS_HEADING,
  behavioursShown,
  coverageDocument,
  readmeTable,
} from "./coverage-document.ts"
import type { ServiceCoverage } from "./coverage-document.ts"
import { readRepository } from "./tidy/project.ts"

const MODELS = createModels({ read: (name) => readFileSync(`src/models/data/${name}`) })
const BEGIN = "<!-- coverage: written by scripts/coverage.ts -->"
const END = "<!-- coverage end -->"

async function services(): Promise<ServiceCoverage[]> {
  const catalog = createCatalog(() => {})
  const rows = await Promise.all(
    catalog.ids.map(async (id) => {
      const service = (await catalog.find(id))!
      const model = MODELS.loadModel(id)
      const implemented = Object.keys(service.operations)
      return { id, title: model.fullName, modelled: Object.keys(model.operations), implemented }
    }),
  )
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Puts `table` between the marks of the README. */
function withTable(readme: string, table: string): string {
  const from = readme.indexOf(BEGIN)
  const to = readme.indexOf(END)
  if (from < 0 || to < from) throw new Error(`README.md lacks the marks ${BEGIN} and ${END}`)
  return `${readme.slice(0, from + BEGIN.length)}\n\n${table}\n${readme.slice(to)}`
}

/** The document without its behaviours. */
const operationsOf = (text: string): string => text.split(`\n${BEHAVIOURS_HEADING}\n`)[0]!

const rows = await services()
const wanted = new Map([
  ["docs/coverage.md", coverageDocument(rows, behavioursShown(readRepository(".")))],
  ["README.md", withTable(readFileSync("README.md", "utf8"), readmeTable(rows))],
])
const check = process.argv.includes("--check")
for (const [path, text] of wanted) {
  const present = existsSync(path) ? readFileSync(path, "utf8") : ""
  if (check ? operationsOf(present) === operationsOf(text) : present === text) continue
  console.log(`${check ? "out of date" : "written"}: ${path}`)
  if (!check) writeFileSync(path, text)
  else process.exitCode = 1
}
if (process.exitCode === 1) console.log("run npm run coverage")
