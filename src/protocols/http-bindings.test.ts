import { expect, test } from "vitest"
import type { WireRequest } from "../kernel/wire.ts"
import { linkBotocore } from "../models/link.ts"
import type { ServiceModel } from "../models/schema.ts"
import { AwsError } from "./aws-error.ts"
import type { Values } from "./codec.ts"
import { requestBindings, responseBindings } from "./http-bindings.ts"
import type { BindingFault } from "./http-bindings.ts"

type Members = Record<string, Record<string, unknown>>

function model(members: Members, payload?: string, requestUri = "/"): ServiceModel {
  const thing = { type: "structure", members, ...(payload !== undefined && { payload }) }
  return linkBotocore({
    metadata: { protocol: "rest-json" },
    operations: {
      Do: {
        name: "Do",
        http: { method: "POST", requestUri },
        input: { shape: "Thing" },
        output: { shape: "Thing" },
      },
    },
    shapes: {
      Thing: thing,
      String: { type: "string" },
      Integer: { type: "integer" },
      Boolean: { type: "boolean" },
      Timestamp: { type: "timestamp" },
      Blob: { type: "blob" },
      Strings: { type: "list", member: { shape: "String" } },
      Integers: { type: "list", member: { shape: "Integer" } },
      Times: { type: "list", member: { shape: "Timestamp" } },
      Map: { type: "map", key: { shape: "String" }, value: { shape: "String" } },
      ListMap: { type: "map", key: { shape: "String" }, value: { shape: "Strings" } },
      Events: { type: "structure", members: {}, eventstream: true },
    },
  })
}

const query = (shape: string) => ({ shape, location: "querystring" })
const header = (shape: string, locationName: string) => ({
  shape,
  location: "header",
  locationName,
})

function read(members: Members, sent: Partial<WireRequest>, requestUri = "/"): Values {
  const operation = model(members, undefined, requestUri).operations["Do"]!
  const { read } = requestBindings(operation, (fault) => {
    return new AwsError("Fault", [fault.place, fault.name, fault.text, fault.noun].join("|"))
  })
  const into: Values = {}
  read({ path: "/", query: "", headers: {}, ...sent } as WireRequest, into)
  return into
}

function write(members: Members, output: Values): [Record<string, string>, number | undefined] {
  const headers: Record<string, string> = {}
  const { write } = responseBindings(model(members).operations["Do"]!.output)
  const status = write(output, headers)
  return [headers, status]
}

test("repeated parameters make a list; of a scalar the first counts", () => {
  const members = { a: query("Strings"), b: query("Integers"), c: query("String") }
  expect(read(members, { query: "a=1&c=x&a=2%2C3&b=4&c=y&z=1" })).toEqual({
    a: ["1", "2,3"],
    b: [4],
    c: "x",
  })
})

test("a map takes the parameters that have no member of their own", () => {
  const sent = { query: "a=1&b=2&b=3&__proto__=4" }
  const strings = read({ a: query("String"), rest: query("Map") }, sent)
  expect(Object.entries(strings["rest"] as Values)).toEqual([
    ["b", "2"],
    ["__proto__", "4"],
  ])
  const lists = read({ rest: query("ListMap") }, { query: "b=2&b=3&c=" })
  expect(lists).toEqual({ rest: { b: ["2", "3"], c: [""] } })
})

test("labels are decoded once, and greedy ones keep their slashes", () => {
  const label = (shape: string) => ({ shape, location: "uri" })
  const members = { a: label("String"), n: label("Integer"), rest: label("String") }
  const uri = "/x/{a}/{n}/{rest+}/end"
  expect(read(members, { path: "/x/%252F%2F+/7/b/c%20d/end/" }, uri)).toEqual({
    a: "%2F/+",
    n: 7,
    rest: "b/c d",
  })
  expect(() => read(members, { path: "/x/a/b/c/end" }, uri)).toThrow("uri|n|b|an integer")
  expect(() => read(members, { path: "/x/%/1/c/end" }, uri)).toThrow("uri|a|%|percent-encoded")
  for (const path of ["/y/a/1/c/end", "/x//1/c/end", "/x/a/1/end", "/x/a"]) {
    expect(() => read(members, { path }, uri)).toThrow("is no path of Do")
  }
})

test("headers hold scalars, lists, dates and JSON", () => {
  const date = "Mon, 16 Dec 2019 23:48:18 GMT"
  const at = Date.UTC(2019, 11, 16, 23, 48, 18)
  const members = {
    On: header("Boolean", "X-On"),
    Words: header("Strings", "X-Words"),
    Numbers: header("Integers", "X-Numbers"),
    Times: header("Times", "X-Times"),
    At: header("Timestamp", "X-At"),
    Json: { ...header("String", "X-Json"), jsonvalue: true },
  }
  const values = {
    On: true,
    Words: ["a,b", 'c"'],
    Numbers: [1, 2],
    Times: [at, at],
    At: at,
    Json: '{"a":1}',
  }
  const [headers, status] = write(members, values)
  expect(headers).toEqual({
    "X-On": "true",
    "X-Words": String.raw`"a,b", "c\""`,
    "X-Numbers": "1, 2",
    "X-Times": `${date}, ${date}`,
    "X-At": date,
    "X-Json": "eyJhIjoxfQ==",
  })
  expect(status).toBeUndefined()
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
  expect(read(members, { headers: Object.fromEntries(entries) as Record<string, string> })).toEqual(
    values,
  )
})

test.each([
  ["Integers", "1, x"],
  ["Strings", '"open'],
  ["Timestamp", "2019-12-16T23:48:18Z"],
  ["Times", "yesterday, today"],
  ["Boolean", "perhaps"],
])("a header that is not of the type %s is refused", (shape, text) => {
  const members = { A: header(shape, "X-A") }
  expect(() => read(members, { headers: { "x-a": text } })).toThrow(`header|x-a|${text}|`)
})

test("an empty header is an empty string or list, and nothing else", () => {
  const members = { A: header("String", "a"), B: header("Strings", "b"), C: header("Integer", "c") }
  expect(read(members, { headers: { a: "", b: "", c: "" } })).toEqual({ A: "", B: [] })
})

test("headers with a prefix make a map, both ways", () => {
  const members = { M: { shape: "Map", location: "headers", locationName: "X-Meta-" } }
  expect(read(members, { headers: { "x-meta-a": "1", "x-other": "2" } })).toEqual({ M: { a: "1" } })
  expect(read(members, { headers: { "x-other": "2" } })).toEqual({})
  expect(write(members, { M: { a: "1", B: "" } })[0]).toEqual({ "X-Meta-a": "1", "X-Meta-B": "" })
})

test("a member can set the status; null and absent members set nothing", () => {
  const members = { Code: { shape: "Integer", location: "statusCode" }, A: header("String", "a") }
  expect(write(members, { Code: 207, A: null })).toEqual([{}, 207])
})

test("what is in the body is told apart from what is not", () => {
  const operation = (members: Members, payload?: string) =>
    model(members, payload).operations["Do"]!
  const members = { A: query("String"), B: header("String", "b"), C: { shape: "String" } }
  const wording = (fault: BindingFault): AwsError => new AwsError("Fault", fault.name)
  const input = requestBindings(operation(members), wording)
  expect(input.members.map(([name]) => name)).toEqual(["C"])
  // An answer has no query string: the member goes into the body.
  const output = responseBindings(operation(members).output)
  expect(output.members.map(([name]) => name)).toEqual(["A", "C"])
  expect([...output.outside]).toEqual(["B"])
  const kindOf = (member: Record<string, unknown>) =>
    requestBindings(operation({ P: member }, "P"), wording).payload
  expect(kindOf({ shape: "Blob" })).toMatchObject({ name: "P", kind: "bytes", streaming: false })
  expect(kindOf({ shape: "Blob", streaming: true })?.streaming).toBe(true)
  expect(kindOf({ shape: "String" })?.kind).toBe("text")
  expect(kindOf({ shape: "Strings" })?.kind).toBe("document")
  expect(kindOf({ shape: "Events" })?.kind).toBe("events")
})
