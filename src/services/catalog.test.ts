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
