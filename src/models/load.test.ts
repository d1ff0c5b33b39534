import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { createModels, readPublished, type ModelFiles } from "./load.ts"
import { PATCHES } from "./patches.ts"
import type { Member, ServiceModel, Shape } from "./schema.ts"

const DATA = join(import.meta.dirname, "data")
const files: ModelFiles = { read: (name) => readFileSync(join(DATA, name)) }
const PROTOCOLS = ["json", "query", "ec2", "rest-json", "rest-xml", "smithy-rpc-v2-cbor"]
const TYPES = ["structure", "list", "map", "string", "integer", "long", "float", "double"]
const ALL_TYPES = new Set([...TYPES, "boolean", "blob", "timestamp"])

/** What is wrong with the graph: references that are not shapes of this very model. */
function* faults(model: ServiceModel): Generator<string> {
  const own = new Set(Object.values(model.shapes))
  const wrong = (member: Member | undefined) => !member || !own.has(member.shape)
  for (const shape of own) {
    if (!ALL_TYPES.has(shape.type)) yield `${shape.name} is of the type ${shape.type}`
    if (uses(shape).some(wrong)) yield `${shape.name} dangles`
    const required = shape.type === "structure" ? (shape.required ?? []) : []
    if (shape.type !== "structure") continue
    for (const name of required) {
      if (!shape.members[name]) yield `${shape.name} requires ${name}, which is no member`
    }
  }
  for (const { name, input, output, errors, http } of Object.values(model.operations)) {
    const named = [input, output, ...errors].filter((shape) => shape !== undefined)
    if (named.some((shape) => !own.has(shape))) yield `${name} dangles`
    if (errors.some((shape) => !shape.exception)) yield `${name} has an error that is none`
    if (!http.method || !http.requestUri.startsWith("/")) yield `${name} has no HTTP binding`
  }
}

function uses(shape: Shape): readonly (Member | undefined)[] {
  if (shape.type === "structure") return Object.values(shape.members)
  if (shape.type === "list") return [shape.member]
  return shape.type === "map" ? [shape.key, shape.value] : []
}

test("every service of AWS links without a dangling reference and has a protocol", () => {
  const models = createModels(files)
  const { services } = models.serviceIndex()
  expect(services.length).toBeGreaterThanOrEqual(424)
  const found: string[] = []
  for (const { id } of services) {
    const model = models.loadModel(id)
    found.push(...[...faults(model)].map((fault) => `${id}: ${fault}`))
    if (model.protocols.length === 0) found.push(`${id}: no protocol`)
    for (const name of model.protocols) if (!PROTOCOLS.includes(name)) found.push(`${id}: ${name}`)
    if (Object.keys(model.operations).length === 0) found.push(`${id}: no operation`)
  }
  expect(found).toEqual([])
})

test("the index says of each service what its model says", () => {
  const models = createModels(files)
  const { services, byId } = models.serviceIndex()
  const brotli = readdirSync(DATA).filter((name) => name.endsWith(".br"))
  expect(services.map(({ id }) => `${id}.br`).sort()).toEqual(brotli.sort())
  for (const facts of services) {
    expect(models.loadModel(facts.id)).toMatchObject(
      Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)),
    )
    expect(byId.get(facts.id)).toBe(facts)
  }
})

test("services are found by signing name, endpoint prefix and target prefix", () => {
  const { bySigningName, byEndpointPrefix, byTargetPrefix } = createModels(files).serviceIndex()
  const ids = (found: readonly { id: string }[] | undefined) => found?.map(({ id }) => id)
  expect(ids(bySigningName.get("rds"))).toEqual(["docdb", "neptune", "rds"])
  expect(ids(byEndpointPrefix.get("api.ecr"))).toEqual(["ecr"])
  expect(ids(byTargetPrefix.get("DynamoDB_20120810"))).toEqual(["dynamodb"])
  expect(byTargetPrefix.get("constructor")).toBeUndefined()
})

test("global services know the Region that they are signed for, regional ones have none", () => {
  const { byId } = createModels(files).serviceIndex()
  const regions = ["iam", "route53", "cloudfront", "organizations", "networkmanager"].map(
    (id) => byId.get(id)!.globalRegion,
  )
  expect(regions).toEqual(["us-east-1", "us-east-1", "us-east-1", "us-east-1", "us-west-2"])
  expect(["sts", "s3", "sqs"].map((id) => byId.get(id)!.globalRegion)).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

test("partitions list Regions by AWS's names", () => {
  const partitions = createModels(files).partitions()
  expect(partitions.map(({ id }) => id)).toContain("aws-cn")
  const aws = partitions.find(({ id }) => id === "aws")!
  expect(aws.regions["us-east-1"]).toBe("US East (N. Virginia)")
  expect(aws.regions["aws-global"]).toBeUndefined()
  expect(aws).toMatchObject({ dnsSuffix: "amazonaws.com", implicitGlobalRegion: "us-east-1" })
})

test("a model is read once, and an unknown service is an error of the reader", () => {
  const read: string[] = []
  const models = createModels({
    read(name) {
      read.push(name)
      return files.read(name)
    },
  })
  expect(models.loadModel("sts")).toBe(models.loadModel("sts"))
  expect(read).toEqual(["sts.br"])
  expect(() => models.loadModel("nothing")).toThrow("ENOENT")
})

test("names that every object has are neither operations nor shapes nor members", () => {
  const { operations, shapes } = createModels(files).loadModel("sqs")
  for (const name of ["constructor", "__proto__", "toString"]) {
    expect(operations[name]).toBeUndefined()
    expect(shapes[name]).toBeUndefined()
    expect(operations["SendMessage"]!.input!.members[name]).toBeUndefined()
  }
})

test("every patch belongs to a service and changes what AWS publishes", () => {
  const models = createModels(files)
  for (const id of Object.keys(PATCHES)) {
    const { byId } = models.serviceIndex()
    expect(byId.has(id), id).toBe(true)
    expect(models.loadModel(id), id).not.toEqual(readPublished(files, id))
  }
})

test("all data together is at most 4 MB", () => {
  const sizes = readdirSync(DATA).map((name) => readFileSync(join(DATA, name)).length)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(4 * 1024 * 1024)
  // Parsed whole at every start: about 0.2 ms.
  expect(readFileSync(join(DATA, "index.json")).length).toBeLessThanOrEqual(48 * 1024)
})
