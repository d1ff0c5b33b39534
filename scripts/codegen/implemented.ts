import { readdirSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import type { ServiceModel } from "../../src/models/schema.ts"

/** Services that get types for every operation, also for those that are still to come. */
const COMPLETE: ReadonlySet<string> = new Set(["sqs", "sts"])

/** `op.read("GetQueueUrl", …)` in a source file. */
const DECLARATION = /\bop\s*\.\s*(?:read|write|action)\(\s*"(\w+)"/g

/** The model ids that have a folder under `src/services`, and those with complete types. */
export function implementedServices(services: string): string[] {
  const folders = readdirSync(services, { withFileTypes: true })
  const ids = folders.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return [...new Set([...ids, ...COMPLETE])].sort()
}

/**
 * The operations of a service that get types, in the model's order: named by a file
 * `ops/<Operation>.ts`, or declared in the service's folder. Throws when the model lacks a
 * declared one.
 */
export function implementedOperations(services: string, model: ServiceModel): string[] {
  const all = Object.keys(model.operations)
  if (COMPLETE.has(model.id)) return all
  const named = new Set<string>()
  for (const file of sourceFiles(join(services, model.id))) {
    if (/[/\\]ops[/\\]\w+\.ts$/.test(file)) {
      const name = basename(file, ".ts")
      if (Object.hasOwn(model.operations, name)) named.add(name)
    }
    for (const [, name] of readFileSync(file, "utf8").matchAll(DECLARATION)) {
      if (!Object.hasOwn(model.operations, name!)) {
        throw new Error(`${file} declares ${name}, which the model of ${model.id} lacks`)
      }
      named.add(name!)
    }
  }
  return all.filter((name) => named.has(name))
}

function sourceFiles(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  return files
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => join(folder, file))
}
