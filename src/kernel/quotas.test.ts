import { expect, test } from "vitest"
import { changeQuota, quota, resetQuota, type Quota } from "./quotas.ts"
import { createTestWorld } from "./testing/test-world.ts"

const ROLES: Quota = {
  ...{ service: "iam", code: "L-1", name: "Roles", value: 10, most: 50 },
  ...{ scope: "account", unit: "None" },
}
const ADDRESSES: Quota = { ...ROLES, code: "L-2", name: "Addresses", scope: "region" }
const FIXED: Quota = {
  ...{ service: "iam", code: "L-3", name: "Keys", value: 2 },
  ...{ scope: "account", unit: "None" },
}
const ACCOUNT = "123456789012"
const REGION = "us-east-1"

test("an account has the default until it has a value of its own", async () => {
  const { world } = createTestWorld()
  const value = (account: string) => world.read((tx) => quota(tx, ROLES, { account }))
  expect(await value(ACCOUNT)).toBe(10)
  await world.write((tx) => changeQuota(tx, ROLES, { account: ACCOUNT, value: 50 }))
  expect(await value(ACCOUNT)).toBe(50)
  expect(await value("210987654321")).toBe(10)
  await world.write((tx) => resetQuota(tx, ROLES, { account: ACCOUNT }))
  expect(await value(ACCOUNT)).toBe(10)
  await world.close()
})

test("a Region's quota has a value in each Region", async () => {
  const { world } = createTestWorld()
  const to = { account: ACCOUNT, value: 20 }
  await world.write((tx) => changeQuota(tx, ADDRESSES, { ...to, region: REGION }))
  const value = (region: string) =>
    world.read((tx) => quota(tx, ADDRESSES, { account: ACCOUNT, region }))
  expect([await value(REGION), await value("eu-west-1")]).toEqual([20, 10])
  await expect(world.write((tx) => changeQuota(tx, ADDRESSES, to))).rejects.toThrow("name one")
  await world.close()
})

test.each<[string, Quota, number]>([
  ["above the most", ROLES, 51],
  ["below nothing", ROLES, -1],
  ["no whole number", ROLES, 1.5],
  ["above the default of one that is not adjustable", FIXED, 3],
])("a value %s is refused", async (_what, one, value) => {
  const { world } = createTestWorld()
  const change = world.write((tx) => changeQuota(tx, one, { account: ACCOUNT, value }))
  await expect(change).rejects.toThrow(RangeError)
  await world.close()
})
