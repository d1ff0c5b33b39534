import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  UnlabelParameterVersionCommand,
  UpdateServiceSettingCommand,
  GetServiceSettingCommand,
  ResetServiceSettingCommand,
  ListDocumentsCommand,
} from "@aws-sdk/client-ssm"
import { expect, test } from "vitest"
import { NOW, openParameters, refusalOf } from "../testing/open-parameters.ts"

const over = { Overwrite: true, Type: undefined }

test("SSM-1 a parameter is put and read, by name and ARN", async () => {
  const { client, put } = await openParameters()
  expect(await put("/app/db", "postgres://db")).toBe(1)
  const { Parameter } = await client.send(new GetParameterCommand({ Name: "/app/db" }))
  expect(Parameter).toEqual({
    ...{ Name: "/app/db", Type: "String", Value: "postgres://db", Version: 1 },
    ...{ LastModifiedDate: new Date(NOW), DataType: "text" },
    ARN: "arn:aws:ssm:us-east-1:000000000000:parameter/app/db",
  })
  const byArn = await client.send(new GetParameterCommand({ Name: Parameter?.ARN }))
  expect(byArn.Parameter).toEqual(Parameter)
  await put("list", "a,b", { Type: "StringList" })
  const list = await client.send(new GetParameterCommand({ Name: "/list" }))
  expect(list.Parameter).toMatchObject({ Name: "/list", Type: "StringList", Value: "a,b" })
  expect(list.Parameter?.ARN).toMatch(/:parameter\/list$/)
})

test("what is not there is told as AWS tells it", async () => {
  const { client, put, value } = await openParameters()
  expect(await refusalOf(value("none"))).toMatch(/^ParameterNotFound/)
  expect(await refusalOf(value("a/b"))).toMatch(
    /^ValidationException: .*sub-paths divided by slash/,
  )
  expect(await refusalOf(value("/a//b"))).toMatch(/^ValidationException: .*sub-paths/)
  await put("x", "1")
  const names = ["x", "none", "x:7"]
  const read = await client.send(new GetParametersCommand({ Names: names }))
  expect(read.Parameters?.map(({ Name }) => Name)).toEqual(["x"])
  expect(read.InvalidParameters).toEqual(["none", "x:7"])
  expect(await refusalOf(client.send(new DeleteParameterCommand({ Name: "none" })))).toMatch(
    /^ParameterNotFound/,
  )
  const gone = await client.send(new DeleteParametersCommand({ Names: ["x", "none"] }))
  expect([gone.DeletedParameters, gone.InvalidParameters]).toEqual([["x"], ["none"]])
  expect(await refusalOf(client.send(new ListDocumentsCommand({})))).toMatch(
    /^NotImplemented: Cloudarium does not implement SSM ListDocuments yet/,
  )
})

test("SSM-4 each change makes a version, and older ones can be read by number and by label", async () => {
  const { client, put, value } = await openParameters()
  await put("x", "one", { Description: "first" })
  expect(await refusalOf(put("x", "two"))).toBe(
    "ParameterAlreadyExists: The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
  )
  expect(await put("x", "two", over)).toBe(2)
  await client.send(
    new LabelParameterVersionCommand({ Name: "x", ParameterVersion: 1, Labels: ["prod"] }),
  )
  expect([await value("x"), await value("x:1"), await value("x:prod")]).toEqual([
    "two",
    "one",
    "one",
  ])
  const labelled = await client.send(new GetParameterCommand({ Name: "x:prod" }))
  expect(labelled.Parameter?.Selector).toBe(":prod")
  expect(await refusalOf(value("x:3"))).toBe(
    "ParameterVersionNotFound: Systems Manager could not find version 3 of x. Verify the version and try again.",
  )
  const { Parameters } = await client.send(new GetParameterHistoryCommand({ Name: "x" }))
  expect(
    Parameters?.map(({ Version, Value, Labels, Description }) => [
      Version,
      Value,
      Labels,
      Description,
    ]),
  ).toEqual([
    [1, "one", ["prod"], "first"],
    [2, "two", [], "first"],
  ])
  expect(Parameters?.[0]?.LastModifiedUser).toBe("arn:aws:iam::000000000000:root")
})

test("SSM-4 of a hundred versions the oldest goes, unless it has a label", async () => {
  const { client, put, value } = await openParameters()
  await put("x", "1")
  for (let version = 2; version <= 101; version += 1) await put("x", `${version}`, over)
  expect(await refusalOf(value("x:1"))).toMatch(/^ParameterVersionNotFound/)
  expect(await value("x:2")).toBe("2")
  const label = { Name: "x", ParameterVersion: 2, Labels: ["kept"] }
  await client.send(new LabelParameterVersionCommand(label))
  expect(await refusalOf(put("x", "102", over))).toMatch(
    /^ParameterMaxVersionLimitExceeded: You attempted to create a new version of x .* Version 2, the oldest version, can't be deleted/,
  )
  expect(await value("x")).toBe("101")
})

test("labels move, have rules, and are at most ten", async () => {
  const { client, put, value } = await openParameters()
  await put("x", "one")
  await put("x", "two", over)
  const label = (Labels: string[], ParameterVersion?: number) =>
    client.send(new LabelParameterVersionCommand({ Name: "x", Labels, ParameterVersion }))
  await label(["a"], 1)
  const moved = await label(["a", "1st", "awsome", "ssm", "b c"])
  expect([moved.ParameterVersion, moved.InvalidLabels]).toEqual([
    2,
    ["1st", "awsome", "ssm", "b c"],
  ])
  expect(await value("x:a")).toBe("two")
  const ten = [..."bcdefghij"].map((letter) => `${letter}x`)
  await label(ten)
  expect(await refusalOf(label(["more"]))).toMatch(/^ParameterVersionLabelLimitExceeded/)
  const away = { Name: "x", ParameterVersion: 2, Labels: ["a", "none"] }
  const removed = await client.send(new UnlabelParameterVersionCommand(away))
  expect([removed.RemovedLabels, removed.InvalidLabels]).toEqual([["a"], ["none"]])
  expect(await refusalOf(value("x:a"))).toMatch(/^ParameterVersionNotFound/)
})

test("SSM-3 parameters form hierarchies, read by path, one level or all, ten at a time", async () => {
  const { client, put } = await openParameters()
  for (const name of ["/a", "/a/b", "/a/b/c", "/a/d", "/ab/c", "top"]) await put(name, name)
  const read = async (Path: string, more: object = {}) =>
    (await client.send(new GetParametersByPathCommand({ Path, ...more }))).Parameters?.map(
      ({ Name }) => Name,
    )
  expect(await read("/a")).toEqual(["/a/b", "/a/d"])
  expect(await read("/a/", { Recursive: true })).toEqual(["/a/b", "/a/b/c", "/a/d"])
  expect(await read("/")).toEqual(["/a", "top"])
  expect(await refusalOf(read("a"))).toMatch(/^ValidationException: The parameter doesn't meet/)
  for (let n = 0; n < 12; n += 1) await put(`/many/${String(n).padStart(2, "0")}`, "v")
  const page = await client.send(new GetParametersByPathCommand({ Path: "/many" }))
  expect(page.Parameters).toHaveLength(10)
  expect(await read("/many", { NextToken: page.NextToken })).toEqual(["/many/10", "/many/11"])
  await client.send(new LabelParameterVersionCommand({ Name: "/a/d", Labels: ["latest"] }))
  const ParameterFilters = [{ Key: "Label", Values: ["latest"] }]
  expect(await read("/a", { ParameterFilters })).toEqual(["/a/d"])
  expect(await refusalOf(read("/a", { ParameterFilters: [{ Key: "Name", Values: ["x"] }] }))).toBe(
    "InvalidFilterKey: The following filter key is not valid: Name. Valid filter keys include: [Type, KeyId].",
  )
})

test("names have rules, and some are AWS's own", async () => {
  const { put } = await openParameters()
  const refusals = Object.entries({
    ssm_test: /^ValidationException: Parameter name: can't be prefixed with "aws" or "ssm"/,
    AWS_TEST: /^ValidationException: Parameter name: can't be prefixed with "aws" or "ssm"/,
    "/aws/x/y": /^AccessDeniedException: No access to reserved parameter name: \/aws\/x\/y\.$/,
    "/ssm/x/y": /^ValidationException: Parameter name: can't be prefixed with "ssm"/,
    "a/b": /^ValidationException: Parameter name must be a fully qualified name\.$/,
    "a b": /^ValidationException: Parameter name: can't be prefixed with "ssm"/,
    ["/x".repeat(16)]: /^HierarchyLevelLimitExceededException/,
  })
  for (const [name, refusal] of refusals) expect(await refusalOf(put(name, "v"))).toMatch(refusal)
  expect(await put("/x".repeat(15), "v")).toBe(1)
})

test("what a request may say of type, pattern and tags is checked", async () => {
  const { client, put } = await openParameters()
  const untyped = client.send(new PutParameterCommand({ Name: "x", Value: "1" }))
  expect(await refusalOf(untyped)).toBe(
    "ValidationException: A parameter type is required when you create a parameter.",
  )
  const AllowedPattern = "^\\d+$"
  expect(await refusalOf(put("x", "one", { AllowedPattern }))).toBe(
    "ParameterPatternMismatchException: Parameter value, cannot be validated against allowedPattern: ^\\d+$",
  )
  await put("x", "1", { AllowedPattern })
  expect(await refusalOf(put("x", "two", over))).toMatch(/^ParameterPatternMismatchException/)
  expect(await refusalOf(put("y", "1", { AllowedPattern: "(" }))).toMatch(
    /^InvalidAllowedPatternException/,
  )
  const endless = put("y", `${"a".repeat(60)}b`, { AllowedPattern: "^(a+)+$" })
  expect(await refusalOf(endless)).toMatch(/^InvalidAllowedPatternException/)
  expect(await refusalOf(put("x", "2", { Overwrite: true, Type: "StringList" }))).toMatch(
    /^HierarchyTypeMismatchException/,
  )
  const Tags = [{ Key: "a", Value: "b" }]
  expect(await refusalOf(put("x", "2", { ...over, Tags }))).toMatch(
    /^ValidationException: Invalid request: tags and overwrite can't be used together/,
  )
  expect(await refusalOf(put("z", "v", { DataType: "Text" }))).toBe(
    "ValidationException: The following data type is not supported: Text (Data type names are all lowercase.)",
  )
  expect(await refusalOf(put("z", "v", { DataType: "aws:ec2:image" }))).toMatch(/AMI/)
})

test("SSM-8 standard values have 4 KB, advanced ones 8 KB and no way back", async () => {
  const { client, put, value } = await openParameters()
  const large = "v".repeat(4_097)
  expect(await put("small", "v".repeat(4_096))).toBe(1)
  expect(await refusalOf(put("x", large))).toMatch(
    /^ValidationException: Standard tier parameters support a maximum parameter value of 4096 characters/,
  )
  await put("x", large, { Tier: "Advanced" })
  expect(await refusalOf(put("y", "v".repeat(8_193), { Tier: "Advanced" }))).toMatch(
    /^ValidationException/,
  )
  expect(await refusalOf(put("x", "v", { ...over, Tier: "Standard" }))).toMatch(
    /^ValidationException: This parameter uses the advanced-parameter tier/,
  )
  await put("z", "v", { Tier: "Intelligent-Tiering" })
  await put("z", large, { ...over, Tier: "Intelligent-Tiering" })
  expect(await value("z")).toBe(large)
  const ParameterFilters = [{ Key: "Tier", Values: ["Advanced"] }]
  const found = await client.send(new DescribeParametersCommand({ ParameterFilters }))
  expect(found.Parameters?.map(({ Name }) => Name)).toEqual(["x", "z"])
})

test("the default tier is a setting of the account", async () => {
  const { client, put } = await openParameters()
  const SettingId = "/ssm/parameter-store/default-parameter-tier"
  const get = async () =>
    (await client.send(new GetServiceSettingCommand({ SettingId }))).ServiceSetting
  expect(await get()).toMatchObject({ SettingValue: "Standard", Status: "Default" })
  const SettingValue = "Advanced"
  await client.send(new UpdateServiceSettingCommand({ SettingId, SettingValue }))
  expect(await get()).toMatchObject({ SettingValue, Status: "Customized" })
  await put("x", "v".repeat(5_000))
  await client.send(new ResetServiceSettingCommand({ SettingId }))
  expect(await refusalOf(put("y", "v".repeat(5_000)))).toMatch(/^ValidationException/)
})

test("parameters are described, by filters of both kinds", async () => {
  const { client, put } = await openParameters()
  await put("/app/a", "1", { Description: "of a", Tags: [{ Key: "team", Value: "red" }] })
  await put("/app/sub/b", "2", { Type: "SecureString" })
  await put("c", "3")
  const names = async (...ParameterFilters: object[]) =>
    (
      await client.send(new DescribeParametersCommand({ ParameterFilters: ParameterFilters as [] }))
    ).Parameters?.map(({ Name }) => Name)
  expect(await names()).toEqual(["/app/a", "/app/sub/b", "c"])
  const path = { Key: "Path", Values: ["/app"] }
  expect(await names(path)).toEqual(["/app/a"])
  expect(await names({ ...path, Option: "Recursive" })).toEqual(["/app/a", "/app/sub/b"])
  expect(await names({ Key: "Name", Option: "Contains", Values: ["sub"] })).toEqual(["/app/sub/b"])
  expect(await names({ Key: "tag:team", Values: ["red"] })).toEqual(["/app/a"])
  expect(await names({ Key: "KeyId", Values: ["alias/aws/ssm"] })).toEqual(["/app/sub/b"])
  const old = new DescribeParametersCommand({ Filters: [{ Key: "Name", Values: ["/app"] }] })
  expect((await client.send(old)).Parameters).toHaveLength(2)
  const [a] = (await client.send(new DescribeParametersCommand({}))).Parameters ?? []
  expect(a).toEqual({
    ...{ Name: "/app/a", Type: "String", Description: "of a", Version: 1, Tier: "Standard" },
    ...{
      ARN: "arn:aws:ssm:us-east-1:000000000000:parameter/app/a",
      DataType: "text",
      Policies: [],
    },
    LastModifiedDate: new Date(NOW),
    LastModifiedUser: "arn:aws:iam::000000000000:root",
  })
})

test("tags are found under a name with and without its slash", async () => {
  const { client, put } = await openParameters()
  await put("x", "v", { Tags: [{ Key: "a", Value: "1" }] })
  const of = (ResourceId: string) => ({ ResourceType: "Parameter" as const, ResourceId })
  const Tags = [{ Key: "b", Value: "2" }]
  await client.send(new AddTagsToResourceCommand({ ...of("/x"), Tags }))
  await client.send(new RemoveTagsFromResourceCommand({ ...of("x"), TagKeys: ["a"] }))
  const list = (id: string) => client.send(new ListTagsForResourceCommand(of(id)))
  expect((await list("x")).TagList).toEqual(Tags)
  expect(await refusalOf(list("none"))).toMatch(/^InvalidResourceId/)
})
