import * as sdk from "@aws-sdk/client-sqs"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { createModels } from "../load.ts"
import type { MapShape, StructureShape } from "../schema.ts"

const DATA = join(import.meta.dirname, "../data")
const model = () =>
  createModels({ read: (name) => readFileSync(join(DATA, name)) }).loadModel("sqs")

/** Traits of a shape or of a member, in the official client's schemas. */
interface Traits {
  readonly awsQueryError?: readonly [code: string, status: number]
  readonly xmlName?: string
  readonly xmlFlattened?: 1
}

interface ClientSchema {
  readonly name: string
  readonly traits: Traits
  readonly members: readonly (readonly [name: string, traits: Traits])[]
}

type ClientStructure = readonly [
  kind: 3 | -3,
  namespace: string,
  name: string,
  traits: Traits | 0,
  members: readonly string[],
  schemas: readonly unknown[],
]

/** The structures (kind 3) and errors (kind -3) of the official client's schemas. */
function clientSchemas(): ClientSchema[] {
  const structures = Object.entries(sdk as Record<string, unknown>)
    .filter(([key, schema]) => key.endsWith("$") && Array.isArray(schema))
    .map(([, schema]) => schema as ClientStructure)
    .filter(([kind, , name]) => Math.abs(kind) === 3 && name !== "SQSServiceException")
  return structures.map(([, , name, traits, members, schemas]) => ({
    name,
    traits: traits || {},
    members: members.map((member, at) => [member, traitsOf(schemas[at])] as const),
  }))
}

/** A member's schema is `[type, traits]` when it has traits. */
function traitsOf(schema: unknown): Traits {
  return Array.isArray(schema) ? ((schema[1] as Traits | undefined) ?? {}) : {}
}

test("error codes and statuses are those of the official client's schema", () => {
  const wanted: Record<string, unknown> = {}
  for (const { name, traits } of clientSchemas()) {
    const [code, httpStatusCode] = traits.awsQueryError ?? []
    if (code) wanted[name] = { code, httpStatusCode, senderFault: true }
  }
  expect(Object.keys(wanted)).toHaveLength(24)
  const { shapes } = model()
  for (const [name, error] of Object.entries(wanted)) {
    expect((shapes[name] as StructureShape).error, name).toEqual(error)
  }
})

test("query names are those of the official client's schema", () => {
  const { shapes } = model()
  let named = 0
  for (const { name, members } of clientSchemas()) {
    for (const [member, { xmlName, xmlFlattened }] of members) {
      const use = (shapes[name] as StructureShape).members[member]!
      expect(use.queryName, `${name}.${member}`).toBe(xmlName)
      if (!xmlName) continue
      named++
      const { shape } = use
      const flattened = use.flattened ?? ("flattened" in shape && shape.flattened)
      expect(flattened, `${name}.${member}`).toBe(xmlFlattened === 1)
    }
  }
  expect(named).toBe(36)
})

test("every exception has a query code and is the sender's", () => {
  const exceptions = Object.values(model().shapes).filter(
    (shape): shape is StructureShape => shape.type === "structure" && shape.exception === true,
  )
  expect(exceptions).toHaveLength(28)
  for (const { name, error } of exceptions) {
    expect(error?.code, name).toMatch(/^(AWS\.SimpleQueueService\.|KMS\.)?[A-Z]\w+$/)
    expect(error?.senderFault, name).toBe(true)
  }
})

test("SQS answers JSON first and query, whose results are wrapped", () => {
  const { protocols, xmlNamespace, operations, shapes, queryCompatible } = model()
  expect({ protocols, xmlNamespace, queryCompatible }).toEqual({
    protocols: ["json", "query"],
    xmlNamespace: "http://queue.amazonaws.com/doc/2012-11-05/",
    queryCompatible: true,
  })
  for (const { name, output, resultWrapper } of Object.values(operations)) {
    expect(resultWrapper, name).toBe(output ? `${name}Result` : undefined)
  }
  const { key, value } = shapes["TagMap"] as MapShape
  expect([key.locationName, value.locationName]).toEqual(["Key", "Value"])
})
