import { expect, test } from "vitest"
import type { BotocoreService } from "./botocore.ts"
import { linkBotocore } from "./link.ts"
import type { ListShape, MapShape, StructureShape } from "./schema.ts"

const service: BotocoreService = {
  metadata: {
    apiVersion: "2020-01-01",
    endpointPrefix: "trees",
    protocol: "json",
    protocols: ["smithy-rpc-v2-cbor", "json"],
    serviceFullName: "AWS Trees",
    serviceId: "Trees",
    targetPrefix: "Trees_2020",
    jsonVersion: "1.0",
    awsQueryCompatible: {},
    xmlNamespace: "http://trees.example/",
  },
  operations: {
    Grow: {
      name: "Grow",
      documentation: "<p>Grows.</p>",
      http: { method: "POST", requestUri: "/trees/{Root}?grow", responseCode: 201 },
      input: { shape: "Tree", locationName: "GrowRequest", xmlNamespace: { uri: "urn:in" } },
      output: { shape: "Leaf", resultWrapper: "GrowResult" },
      errors: [{ shape: "Withered" }],
      idempotent: true,
      endpoint: { hostPrefix: "{Root}." },
    },
    Wait: { name: "Wait", http: { method: "GET", requestUri: "/" } },
  },
  shapes: {
    Tree: {
      type: "structure",
      required: ["Root"],
      payload: "Branches",
      members: {
        Root: { shape: "Name", location: "uri", locationName: "root", hostLabel: true },
        Branches: { shape: "Trees", flattened: true, xmlNamespace: "urn:b" },
        ByName: { shape: "TreeMap", documentation: "<p>By name.</p>" },
      },
    },
    Trees: { type: "list", member: { shape: "Tree", locationName: "tree" }, max: 5, sparse: true },
    TreeMap: { type: "map", key: { shape: "Name" }, value: { shape: "Tree" } },
    Leaf: { type: "structure", documentation: "<p>Empty.</p>" },
    Name: { type: "string", min: 1, max: 8, pattern: "[a-z]+", enum: ["oak"], sensitive: true },
    Withered: {
      type: "structure",
      members: { message: { shape: "Name" } },
      error: { code: "Trees.Withered", httpStatusCode: 410, senderFault: true },
      exception: true,
    },
  },
}

test("references become the shapes themselves, also in a circle", () => {
  const model = linkBotocore(service)
  const tree = model.shapes["Tree"] as StructureShape
  const trees = model.shapes["Trees"] as ListShape
  const map = model.shapes["TreeMap"] as MapShape
  expect(model.operations["Grow"]!.input).toBe(tree)
  expect(tree.members["Branches"]!.shape).toBe(trees)
  expect(trees.member.shape).toBe(tree)
  expect(map.value.shape).toBe(tree)
  expect(map.key.shape).toBe(model.shapes["Name"])
})

test("attributes of a use lie on the member, those of a type on the shape", () => {
  const model = linkBotocore(service)
  const tree = model.shapes["Tree"] as StructureShape
  expect(tree).toMatchObject({ name: "Tree", required: ["Root"], payload: "Branches" })
  const { shape: name, ...use } = tree.members["Root"]!
  expect(use).toEqual({ location: "uri", locationName: "root", hostLabel: true })
  expect(name).toEqual({
    name: "Name",
    type: "string",
    min: 1,
    max: 8,
    pattern: "[a-z]+",
    enum: ["oak"],
    sensitive: true,
  })
  const { shape: branches, ...branchesUse } = tree.members["Branches"]!
  expect(branchesUse).toEqual({ flattened: true, xmlNamespace: { uri: "urn:b" } })
  expect(branches).toMatchObject({ type: "list", max: 5, sparse: true })
  expect(Object.keys(tree.members["ByName"]!)).toEqual(["shape"])
})

test("an operation carries its bindings, wrapper and errors", () => {
  const model = linkBotocore(service)
  const { input, output, errors, ...facts } = model.operations["Grow"]!
  expect(facts).toEqual({
    name: "Grow",
    http: { method: "POST", requestUri: "/trees/{Root}?grow", responseCode: 201 },
    inputLocationName: "GrowRequest",
    inputXmlNamespace: { uri: "urn:in" },
    resultWrapper: "GrowResult",
    idempotent: true,
    endpoint: { hostPrefix: "{Root}." },
  })
  expect(input!.name).toBe("Tree")
  expect(output).toEqual({ name: "Leaf", type: "structure", members: {} })
  expect(errors).toEqual([model.shapes["Withered"]])
  expect(errors[0]).toMatchObject({
    exception: true,
    error: { code: "Trees.Withered", httpStatusCode: 410, senderFault: true },
  })
  expect(model.operations["Wait"]).toEqual({
    name: "Wait",
    http: { method: "GET", requestUri: "/" },
    errors: [],
  })
})

test("the service's facts are filled in where the model leaves them out", () => {
  const { operations, shapes, ...facts } = linkBotocore(service, "forest")
  expect(facts).toEqual({
    id: "forest",
    serviceId: "Trees",
    fullName: "AWS Trees",
    apiVersion: "2020-01-01",
    endpointPrefix: "trees",
    signingName: "trees",
    targetPrefix: "Trees_2020",
    jsonVersion: "1.0",
    xmlNamespace: "http://trees.example/",
    protocols: ["smithy-rpc-v2-cbor", "json"],
    queryCompatible: true,
    paginators: {},
  })
  expect(Object.keys(operations)).toEqual(["Grow", "Wait"])
  expect(Object.keys(shapes)).toHaveLength(6)
})

test("the published model stays as it is", () => {
  const before = JSON.stringify(service)
  linkBotocore(service)
  expect(JSON.stringify(service)).toBe(before)
})

test("a dangling reference is refused", () => {
  const shapes = { Broken: { type: "list", member: { shape: "Missing" } } }
  expect(() => linkBotocore({ ...service, shapes: { ...service.shapes, ...shapes } })).toThrow(
    "no shape Missing",
  )
})

test("an attribute that nobody has decided about is refused", () => {
  const shapes = { ...service.shapes, New: { type: "string", quantum: true } }
  expect(() => linkBotocore({ ...service, shapes })).toThrow("Unknown attribute quantum")
})
