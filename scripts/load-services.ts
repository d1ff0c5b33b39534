/**
 * Loads every service as the server does, each as the first of its process: a test runner forgives
 * imports that go in a circle, Node does not.
 */
import { spawnSync } from "node:child_process"
import { createCatalog } from "../src/services/catalog.ts"

const catalog = createCatalog(() => {})
const [, program = "", only] = process.argv
if (only !== undefined) await catalog.find(only)
else
  for (const id of catalog.ids) {
    const { status, stderr } = spawnSync(process.execPath, [program, id], { encoding: "utf8" })
    if (status === 0) continue
    console.log(`${id} does not load by itself\n${stderr}`)
    process.exitCode = 1
  }
