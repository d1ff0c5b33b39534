/**
 * Holds what services say of their condition keys (src/gateway/audit/keys) against AWS's
 * list, for the actions of all operations that exist, and writes docs/condition-keys.md: what
 * requests do not carry, and why.
 *
 *   node scripts/condition-keys.ts            writes it
 *   node scripts/condition-keys.ts --check    writes nothing; fails when it is out of date
 *
 * Both fail when AWS lists a key of which nothing is said, or when something is said of a key that
 * AWS does not list. That decisions carry what is said here is held in every test; see
 * src/gateway/audit/missing-key.ts.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { actionsOf } from "../src/iam/actions/actions.ts"
import { allDocumentedKeys } from "../src/iam/actions/documented-keys.ts"
import { GLOBAL_KEYS } from "../src/iam/actions/global-keys.ts"
import { operationActions } from "../src/iam/actions/operation-actions.ts"
import { createModelFiles } from "../src/kernel/host/model-files.ts"
import { createModels } from "../src/models/load.ts"
import type { Shape } from "../src/models/schema.ts"
import { isUnchecked } from "../src/registry/authorize.ts"
import { isMeant, keyName, whenOf, whyNot } from "../src/gateway/audit/rules.ts"
import type { KeyRules, WhyNot } from "../src/gateway/audit/rules.ts"
import { createCatalog } from "../src/services/catalog.ts"
import { conditionKeysOf, GLOBAL_KEYS_NOT_HERE } from "../src/gateway/audit/condition-keys.ts"
import { conditionKeysDocument, type NotCarried } from "./condition-keys-document.ts"

const TARGET = "docs/condition-keys.md"
const NOTHING: WhyNot = "nothing that it could tell"

const models = createModels(createModelFiles())

/** Action → whether some request for it has tags. */
async function actionsAsked(): Promise<ReadonlyMap<string, boolean>> {
  const catalog = createCatalog(() => {})
  const asked = new Map<string, boolean>()
  for (const id of catalog.ids) {
    const service = (await catalog.find(id))!
    const signingName = models.serviceIndex().byId.get(id)!.signingName ?? id
    const operations = [
      ...Object.values(service.operations),
      ...Object.values(service.express ?? {}),
    ]
    for (const { name, authorize } of operations) {
      if (isUnchecked(authorize)) continue
      const input = models.loadModel(id).operations[name]?.input
      const tagged = input !== undefined && hasTags(input, 3)
      for (const action of operationActions({ signingName, operation: name }))
        asked.set(action, tagged || asked.get(action) === true)
    }
  }
  return asked
}

const keyNames = (action: string): ReadonlySet<string> =>
  new Set([...allDocumentedKeys(action)].map(keyName))

/** Whether a structure has a member with tags, or names of tags, so many levels down. */
function hasTags(shape: Shape, levels: number): boolean {
  if (shape.type !== "structure" || levels === 0) return false
  return Object.entries(shape.members).some(
    ([name, member]) =>
      /^tag(?:s|list|keys|keylist|ging|set)$/i.test(name) || hasTags(member.shape, levels - 1),
  )
}

/** What is wrong with what is said, and which keys are not carried. */
function compare(asked: ReadonlyMap<string, boolean>) {
  const faults: string[] = []
  const missing: NotCarried[] = []
  for (const [action, tagged] of asked) {
    const prefix = action.slice(0, action.indexOf(":"))
    const rules = conditionKeysOf(prefix)
    for (const name of keyNames(action)) {
      const rule = rules?.[name]
      if (rule === undefined) {
        faults.push(`nothing is said of ${name} for ${action}`)
        continue
      }
      const untagged = whenOf(rule) === "request tags" && !tagged ? NOTHING : undefined
      const why = whyNot(rule, action.slice(prefix.length + 1)) ?? untagged
      if (why !== undefined) missing.push({ key: name, action, why })
    }
  }
  for (const prefix of new Set([...asked.keys()].map((one) => one.slice(0, one.indexOf(":")))))
    faults.push(...unlisted(prefix, conditionKeysOf(prefix) ?? {}))
  return { faults, missing }
}

/** What is said of keys, or of actions with them, that AWS does not list. */
function unlisted(prefix: string, rules: KeyRules): string[] {
  const listed = new Map<string, string[]>()
  for (const { name } of actionsOf(prefix)?.actions.values() ?? [])
    for (const key of keyNames(`${prefix}:${name}`))
      listed.set(key, [...(listed.get(key) ?? []), name])
  return Object.entries(rules).flatMap(([key, rule]) => {
    const actions = listed.get(key)
    if (!actions) return [`AWS lists no ${key} for ${prefix}`]
    const patterns = typeof rule === "string" ? [] : Object.keys(rule.not ?? {})
    return patterns
      .filter((pattern) => !actions.some((action) => isMeant(pattern, action)))
      .map((pattern) => `AWS lists no ${key} for ${prefix}:${pattern}`)
  })
}

const { faults, missing } = compare(await actionsAsked())
for (const key of Object.keys(GLOBAL_KEYS_NOT_HERE))
  if (!GLOBAL_KEYS.has(key)) faults.push(`AWS has no global key ${key}`)
for (const fault of faults) console.log(fault)

const wanted = conditionKeysDocument(missing, GLOBAL_KEYS_NOT_HERE)
const present = existsSync(TARGET) ? readFileSync(TARGET, "utf8") : ""
const check = process.argv.includes("--check")
if (present !== wanted) {
  console.log(`${check ? "out of date" : "written"}: ${TARGET}`)
  if (check) console.log("run node scripts/condition-keys.ts")
  else writeFileSync(TARGET, wanted)
}
if (faults.length > 0 || (check && present !== wanted)) process.exitCode = 1
