import { expect, test } from "vitest"
import { awsManagedPolicy, listAwsManagedPolicies } from "./policies.ts"

test("AWS's policies are there, in their current versions", () => {
  const admin = awsManagedPolicy("arn:aws:iam::aws:policy/AdministratorAccess")
  expect(admin).toMatchObject({
    name: "AdministratorAccess",
    path: "/",
    versionId: "v1",
    createdMs: Date.parse("2015-02-06T18:39:46Z"),
  })
  expect(admin?.id).toMatch(/^ANPA[A-Z2-7]{17}$/)
  expect(JSON.parse(admin?.document ?? "")).toEqual({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  })
})

test("all of them have a document, an id of their own and an order", () => {
  const all = listAwsManagedPolicies()
  expect(all.length).toBeGreaterThan(1_500)
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  expect(all.map(({ arn }) => arn)).toEqual(all.map(({ arn }) => arn).toSorted())
  for (const { arn, document } of all) expect(JSON.parse(document), arn).toHaveProperty("Statement")
})

test("paths are part of the ARN", () => {
  expect(awsManagedPolicy("arn:aws:iam::aws:policy/job-function/Billing")?.path).toBe(
    "/job-function/",
  )
  expect(awsManagedPolicy("arn:aws:iam::aws:policy/Billing")).toBeUndefined()
})

test("other partitions have them under their own ARN; accounts have none of them", () => {
  const china = "arn:aws-cn:iam::aws:policy/ReadOnlyAccess"
  expect(awsManagedPolicy(china)?.arn).toBe(china)
  expect(awsManagedPolicy("arn:aws:iam::123456789012:policy/ReadOnlyAccess")).toBeUndefined()
})
