import { GetParameterHistoryCommand } from "@aws-sdk/client-ssm"
import { expect, test } from "vitest"
import { NOW, openParameters, refusalOf, type TestParameters } from "../testing/open-parameters.ts"

const DAY_MS = 86_400_000
const Tier = "Advanced"

const expiration = (ms: number) => ({
  ...{ Type: "Expiration", Version: "1.0" },
  Attributes: { Timestamp: new Date(ms).toISOString() },
})
const before = (Before: string, Unit = "Days") => ({
  ...{ Type: "ExpirationNotification", Version: "1.0", Attributes: { Before, Unit } },
})
const unchanged = (After: string, Unit = "Days") => ({
  ...{ Type: "NoChangeNotification", Version: "1.0", Attributes: { After, Unit } },
})

const states = async ({ client }: TestParameters) => {
  const { Parameters } = await client.send(new GetParameterHistoryCommand({ Name: "x" }))
  return Parameters?.at(-1)?.Policies?.map(({ PolicyType, PolicyStatus }) => [
    PolicyType,
    PolicyStatus,
  ])
}

test("SSM-10 a parameter is deleted when its policy says so, and notices are given before", async () => {
  const world = await openParameters()
  const Policies = JSON.stringify([expiration(NOW + 10 * DAY_MS), before("3"), unchanged("5")])
  await world.put("x", "v", { Tier, Policies })
  await world.cloud.advance("6d")
  expect(await states(world)).toEqual([
    ["Expiration", "Pending"],
    ["ExpirationNotification", "Pending"],
    ["NoChangeNotification", "Finished"],
  ])
  await world.cloud.advance("2d")
  expect((await states(world))?.[1]).toEqual(["ExpirationNotification", "Finished"])
  expect(await world.value("x")).toBe("v")
  await world.cloud.advance("2d")
  expect(await refusalOf(world.value("x"))).toMatch(/^ParameterNotFound/)
})

test("SSM-10 a change begins the time anew, and new policies take the place of the old", async () => {
  const world = await openParameters()
  const policies = (...list: object[]) => ({ Tier, Policies: JSON.stringify(list) }) as const
  await world.put("x", "v", policies(expiration(NOW + DAY_MS), unchanged("12", "Hours")))
  await world.cloud.advance("6h")
  await world.put("x", "w", { Overwrite: true, ...policies(unchanged("12", "Hours")) })
  await world.cloud.advance("11h")
  expect(await states(world)).toEqual([["NoChangeNotification", "Pending"]])
  await world.cloud.advance("2d")
  expect(await states(world)).toEqual([["NoChangeNotification", "Finished"]])
  expect(await world.value("x")).toBe("w")
})

test("SSM-8 policies are of the advanced tier, and have rules", async () => {
  const { put } = await openParameters()
  const of = (list: unknown) => ({ Tier, Policies: JSON.stringify(list) }) as const
  const one = JSON.stringify([expiration(NOW)])
  expect(await refusalOf(put("x", "v", { Tier: "Standard", Policies: one }))).toMatch(
    /^ValidationException/,
  )
  expect(await refusalOf(put("x", "v", of([{ Type: "Party" }])))).toMatch(
    /^InvalidPolicyTypeException/,
  )
  expect(await refusalOf(put("x", "v", of([unchanged("soon")])))).toMatch(
    /^InvalidPolicyAttributeException/,
  )
  expect(await refusalOf(put("x", "v", of([before("1")])))).toMatch(/^IncompatiblePolicyException/)
  const many = Array.from({ length: 11 }, () => unchanged("1"))
  expect(await refusalOf(put("x", "v", of(many)))).toMatch(/^PoliciesLimitExceededException/)
})
