import { expect, test } from "vitest"
import type { BotocoreService } from "./botocore.ts"
import { linkBotocore } from "./link.ts"
import { applyPatch, type Patch } from "./patch.ts"
import type { MapShape, StructureShape } from "./schema.ts"

const service: BotocoreService = {
  metadata: { endpointPrefix: "trees", protocol: "json", jsonVersion: "1.0" },
  operations: {
    Grow: { http: { method: "POST", requestUri: "/" }, input: { shape: "Tree" } },
    Fell: { http: { method: "POST", requestUri: "/" }, input: { shape: "Tree" } },
  },
  shapes: {
    Tree: {
      type: "structure",
      members: { Name: { shape: "Text", locationName: "name" }, Size: { shape: "Number" } },
    },
    Wood: { type: "structure", members: { Name: { shape: "Text", locationName: "name" } } },
    Sizes: { type: "map", key: { shape: "Text" }, value: { shape: "Number" } },
    Text: { type: "string", max: 5 },
    Number: { type: "integer" },
  },
}

const patched = (patch: Patch) => applyPatch(linkBotocore(service), patch)

test("facts of the service are replaced and taken away", () => {
  const model = patched({ service: { protocols: ["json", "query"], jsonVersion: null } })
  expect(model.protocols).toEqual(["json", "query"])
  expect("jsonVersion" in model).toBe(false)
})

test("a shape's attributes change where they are named", () => {
  const model = patched({ shapes: { Text: { type: "string", max: 9, pattern: "a*" } } })
  expect(model.shapes["Text"]).toEqual({ name: "Text", type: "string", max: 9, pattern: "a*" })
  expect((model.shapes["Tree"] as StructureShape).members["Name"]!.shape).toBe(model.shapes["Text"])
})

test("a member changes in its own structure only, though equal uses are one object", () => {
  const model = patched({
    shapes: { Tree: { members: { Name: { locationName: "Title" }, Size: null } } },
  })
  const { Tree, Wood } = model.shapes as Record<string, StructureShape>
  expect(Tree!.members["Name"]).toEqual({ shape: model.shapes["Text"], locationName: "Title" })
  expect(Tree!.members["Size"]).toBeUndefined()
  expect(Wood!.members["Name"]!.locationName).toBe("name")
})

test("members, shapes and operations are added, and refer to each other", () => {
  const model = patched({
    shapes: {
      Tree: { members: { Roots: { shape: "Root" } } },
      Root: { type: "structure", members: { Of: { shape: "Tree" } } },
      Sizes: { value: { shape: "Root", locationName: "Value" } },
    },
    operations: {
      Plant: { http: { method: "PUT", requestUri: "/{Name}" }, input: "Tree", errors: ["Root"] },
    },
  })
  const root = model.shapes["Root"] as StructureShape
  expect(root.members["Of"]!.shape).toBe(model.shapes["Tree"])
  expect((model.shapes["Tree"] as StructureShape).members["Roots"]!.shape).toBe(root)
  expect((model.shapes["Sizes"] as MapShape).value).toEqual({ shape: root, locationName: "Value" })
  expect(model.operations["Plant"]).toEqual({
    name: "Plant",
    http: { method: "PUT", requestUri: "/{Name}" },
    input: model.shapes["Tree"],
    errors: [root],
  })
})

test("members are put first, and the others keep their order", () => {
  const model = patched({ shapes: { Tree: { first: ["Size"] } } })
  expect(Object.keys((model.shapes["Tree"] as StructureShape).members)).toEqual(["Size", "Name"])
})

test("an operation changes where it is named", () => {
  const model = patched({ operations: { Grow: { output: "Wood", resultWrapper: "GrowResult" } } })
  expect(model.operations["Grow"]).toMatchObject({
    input: model.shapes["Tree"],
    output: model.shapes["Wood"],
    resultWrapper: "GrowResult",
  })
  expect(model.operations["Fell"]!.output).toBeUndefined()
})

test.each<[string, Patch]>([
  ["the shape Bush", { shapes: { Bush: { max: 1 } } }],
  ["the operation Prune", { operations: { Prune: { resultWrapper: "PruneResult" } } }],
  ["a member", { shapes: { Tree: { members: { Age: { locationName: "age" } } } } }],
  ["the shape Bark", { shapes: { Tree: { members: { Bark: { shape: "Bark" } } } } }],
])("a patch of what does not exist is refused: %s", (what, patch) => {
  expect(() => patched(patch)).toThrow(what)
})
