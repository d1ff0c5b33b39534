import { expect, test } from "vitest"
import { createCatalog } from "./catalog.ts"

test("a service that could not be loaded is loaded by the next who asks", async () => {
  let full = true
  const catalog = createCatalog(() => {
    if (full) throw new Error("the disk is full")
  })
  await expect(catalog.find("sqs")).rejects.toThrow("full")
  full = false
  const service = await catalog.find("sqs")
  expect(service?.id).toBe("sqs")
  expect(catalog.find("sqs")).toBe(service)
})

test("names that no service has are nobody's", async () => {
  const catalog = createCatalog(() => {})
  expect(catalog.find("constructor")).toBeUndefined()
  await expect(catalog.job("none/sweep")).rejects.toThrow("no service owns none/sweep")
  await expect(catalog.job("sqs/none")).rejects.toThrow("no job sqs/none")
  await expect(catalog.receiver("sqs/none")).rejects.toThrow("nobody receives sqs/none")
})

test("what a service uses is loaded when it does, what it needs before it", async () => {
  const catalog = createCatalog(() => {})
  await catalog.find("sqs")
  expect(catalog.loaded("kms")).toBeUndefined()
  await catalog.loadUsed("sqs")
  expect(catalog.loaded("kms")?.id).toBe("kms")
  expect(catalog.loadUsed("sqs")).toBeUndefined()
  // A call within a call must not run the outer one again.
  await catalog.loadUsed("ssm")
  expect(catalog.loadUsed("secretsmanager")).toBeUndefined()
  await catalog.find("dynamodbstreams")
  expect(catalog.loaded("dynamodb")?.id).toBe("dynamodb")
})
