import { expect, test } from "vitest"
import { parametersOf, renderTemplate, TemplateRefusal } from "./template.ts"

const template = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement })
const read = (text: string) => (JSON.parse(text) as { Statement: object[] }).Statement
const ON = (Resource: unknown) => ({ Effect: "Allow", Action: ["s3:GetObject"], Resource })

test("a parameter of a template gives its value", () => {
  const rendered = renderTemplate(template(ON("arn:aws:s3:::@{bucketName}/*")), [
    { name: "bucketName", values: ["my-bucket"], type: "string" },
  ])
  expect(read(rendered)).toEqual([ON("arn:aws:s3:::my-bucket/*")])
})

test("lists make resources of all combinations, alone and among others", () => {
  const parameters = [
    { name: "bucketNames", values: ["bucket-1", "bucket-2"], type: "stringList" },
    { name: "prefix", values: ["data"], type: "string" },
  ] as const
  const text = "arn:aws:s3:::@{bucketNames}/@{prefix}/*"
  const both = ["arn:aws:s3:::bucket-1/data/*", "arn:aws:s3:::bucket-2/data/*"]
  expect(read(renderTemplate(template(ON(text)), parameters))).toEqual([ON(both)])
  expect(read(renderTemplate(template(ON(["other", text])), parameters))).toEqual([
    ON(["other", ...both]),
  ])
})

test("a list of one value is a list, too", () => {
  const parameters = [{ name: "names", values: ["one"], type: "stringList" }] as const
  expect(read(renderTemplate(template(ON("@{names}")), parameters))).toEqual([ON(["one"])])
})

test("statements come and go with their parameter", () => {
  const text = template(
    ON("a"),
    { "@Enabled": "WRITE", ...ON("b") },
    { "@Enabled": "!WRITE", ...ON("c") },
  )
  const given = (value: string) => [{ name: "WRITE", values: [value], type: "string" }] as const
  expect(read(renderTemplate(text, given("True")))).toEqual([ON("a"), ON("b")])
  expect(read(renderTemplate(text, given("False")))).toEqual([ON("a"), ON("c")])
  expect([...parametersOf(text)]).toEqual(["WRITE"])
})

test("what a template lacks, has twice or has too much of is refused", () => {
  const text = template(ON("@{first}@{first}@{first}@{first}"))
  const many = { name: "first", values: Array.from("0123456789"), type: "stringList" } as const
  const one = { name: "first", values: ["a"], type: "string" } as const
  expect(() => renderTemplate(text, [])).toThrow("A value of parameter first is missing.")
  expect(() => renderTemplate(text, [one, one])).toThrow("A parameter is given twice.")
  expect(() => renderTemplate(text, [{ ...many, type: "string" }])).toThrow("must have one value")
  expect(() => renderTemplate(text, [many])).toThrow(TemplateRefusal)
})

test("a value is text and never part of the policy's JSON", () => {
  const value = '", "Effect": "Allow'
  const rendered = renderTemplate(template(ON("@{first}")), [
    { name: "first", values: [value], type: "string" },
  ])
  expect(read(rendered)).toEqual([ON(value)])
})
