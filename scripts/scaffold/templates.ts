import type {
  OperationModel,
  ServiceModel,
  Shape,
  StructureShape,
} from "../../src/models/schema.ts"

export interface Place {
  /** The service's model id, `ec2`. */
  readonly service: string
  /** Folders below the service's, for a noun with a room of its own: `vpc`, or "". */
  readonly noun: string
}

const READS = /^(?:Get|List|Describe|Head|Lookup|Search|Check|Query|Scan|Select|Simulate|Validate)/

/** The kind that an operation most likely is: who writes it decides. */
export function likelyKind(operation: OperationModel): "read" | "write" | "action" {
  const { input, output } = operation
  if (hasStream(input) || hasStream(output)) return "action"
  return operation.readonly || READS.test(operation.name) ? "read" : "write"
}

const hasStream = (shape: StructureShape | undefined): boolean =>
  Object.values(shape?.members ?? {}).some((member) => {
    const of = member.shape as { streaming?: boolean; eventstream?: boolean }
    return Boolean(member.streaming || of.streaming || of.eventstream)
  })

/** `ops/<Operation>.ts`: it compiles, and refuses to answer before it is written. */
export function handlerText(model: ServiceModel, operation: OperationModel, at: Place): string {
  const { name } = operation
  const kind = likelyKind(operation)
  const required = operation.input?.required ?? []
  const errors = operation.errors.map((error) => error.name)
  const body = [
    `    // Required: ${required.join(", ") || "nothing"}.`,
    `    // Declared errors: ${errors.join(", ") || "none"}.`,
    `    throw new Error("${name} is not written yet")`,
  ].join("\n")
  const source = kind === "action" ? "_ctx" : "_tx"
  const output = kind === "action" ? `Promise<Out<"${name}">>` : `Out<"${name}">`
  return `import { op, type Out } from "${up(at)}define.ts"

/** What it does in one line, and where its rules come from (docs: "${name}"). */
export const ${name} = op.${kind}("${name}", {
  // Find the action and its resource in the Service Authorization Reference.
  authorize: (_tx, _input, { account }) => ({
    action: "${model.signingName}:${name}",
    resource: "*",
    owner: account,
  }),
  ${kind === "action" ? "async " : ""}run(${source}, _input, _call): ${output} {
${body}
  },
})
`
}

/** `ops/<Operation>.test.ts`: calls the operation with AWS's own client; red until it works. */
export function testText(model: ServiceModel, operation: OperationModel, at: Place): string {
  const { client, module } = sdkNames(model.serviceId)
  const { name, input } = operation
  const steps = "../".repeat(at.noun === "" ? 3 : 3 + at.noun.split("/").length)
  const imports = [client, `${name}Command`].sort().join(", ")
  return `import { ${imports} } from "${module}"
import { expect, test } from "vitest"
import { createCloud } from "${steps}index.ts"

test("${name} …", async () => {
  const cloud = await createCloud()
  const client = cloud.client(${client})
  const answer = await client.send(new ${name}Command(${sample(input)}))
  expect(answer).toMatchObject({ TheMember: "that shows it" })
})
`
}

/** `define.ts` of a new service. */
export function defineText(model: ServiceModel): string {
  const types = `${pascal(model.id)}Model`
  return `import type { ${types} } from "../../models/types/${model.id}.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<${types}>()
export type Out<Name extends keyof ${types}> = ${types}[Name]["output"]
`
}

/** `service.ts` of a new service. */
export function serviceText(model: ServiceModel): string {
  const name = pascal(model.id)
  return `import { defineService } from "../../registry/service.ts"

/** ${model.fullName}. */
export const ${name[0]!.toLowerCase()}${name.slice(1)} = defineService({
  id: "${model.id}",
  operations: {},
  tables: [],
})
`
}

/** `NOTES.md` of a new service. */
export function notesText(model: ServiceModel): string {
  return `# ${model.fullName}: where we differ from AWS

Each point names its source (a docs page, a recording) or says "unknown".
`
}

/** The client class and package of the AWS SDK for JavaScript v3. */
export function sdkNames(serviceId: string): { client: string; module: string } {
  const words = serviceId.split(/[ -]+/)
  const client = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("")
  return { client: `${client}Client`, module: `@aws-sdk/client-${words.join("-").toLowerCase()}` }
}

const up = ({ noun }: Place): string => "../".repeat(noun === "" ? 1 : 1 + noun.split("/").length)

const pascal = (id: string): string =>
  id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())

/** A literal with the required members, as deep as they go in two steps. */
function sample(shape: Shape | undefined, depth = 2): string {
  switch (shape?.type) {
    case "structure": {
      if (depth === 0) return "{}"
      const members = (shape.required ?? []).map((name) => {
        return `${name}: ${sample(shape.members[name]?.shape, depth - 1)}`
      })
      return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`
    }
    case "list":
      return "[]"
    case "map":
      return "{}"
    case "boolean":
      return "true"
    case "timestamp":
      return "new Date(0)"
    case "blob":
      return "new Uint8Array()"
    case "string":
      return JSON.stringify(shape.enum?.[0] ?? "…")
    case undefined:
    case "character":
      return `"…"`
    default:
      return "0"
  }
}
