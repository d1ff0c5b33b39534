import { expect, test } from "vitest"
import {
  azId,
  azName,
  dnsSuffix,
  findRegion,
  formatPlace,
  isRegion,
  isUp,
  parsePlace,
  partitionOf,
  regionsOf,
  zonesOf,
  zonesUp,
} from "./places.ts"
import { PARTITIONS, REGIONS } from "./regions.ts"

const ANN = "111122223333"
const ACCOUNTS = Array.from({ length: 100 }, (_, index) => String(100000000000 + index * 7919))

test("every Region has a long name, a partition and at least two AZs of its own", () => {
  const regions = [...REGIONS.values()]
  expect(regions).toHaveLength(46)
  expect(new Set(regions.map(({ longName }) => longName)).size).toBe(46)
  const azIds = regions.flatMap((region) => region.azIds)
  expect(new Set(azIds).size).toBe(azIds.length)
  for (const { code, azIds: ids, letters } of regions) {
    expect(ids.length, code).toBeGreaterThanOrEqual(2)
    expect(letters, code).toHaveLength(ids.length)
    expect(ids, code).toEqual(ids.toSorted())
    for (const id of ids) expect(id).toMatch(/^[a-z]+\d-az\d$/)
  }
  expect(findRegion("ap-southeast-2").longName).toBe("Asia Pacific (Sydney)")
})

test("partitions have their own DNS suffix, and their global services a Region in them", () => {
  expect(partitionOf("eu-west-1").id).toBe("aws")
  expect(partitionOf("us-gov-west-1").id).toBe("aws-us-gov")
  expect(dnsSuffix("cn-north-1")).toBe("amazonaws.com.cn")
  expect(dnsSuffix("us-isob-east-1")).toBe("sc2s.sgov.gov")
  for (const { id, globalRegion } of PARTITIONS) expect(partitionOf(globalRegion).id).toBe(id)
  expect(regionsOf("aws-cn").map(({ code }) => code)).toEqual(["cn-north-1", "cn-northwest-1"])
  expect(PARTITIONS.flatMap(({ id }) => regionsOf(id))).toEqual([...REGIONS.values()])
  expect(isRegion("us-east-1")).toBe(true)
  for (const code of ["us-east-9", "us-east-1a", "", "constructor"])
    expect(isRegion(code)).toBe(false)
  expect(() => partitionOf("us-east-9")).toThrow("there is no Region us-east-9")
})

test("newer Regions must be enabled first", () => {
  expect(findRegion("me-south-1").optIn).toBe(true)
  expect(findRegion("mx-central-1").optIn).toBe(true)
  expect(regionsOf("aws").filter(({ optIn }) => !optIn)).toHaveLength(17)
})

test("REGION-5 AZ names are shuffled per account, AZ ids are the same for all accounts", () => {
  const orders = ACCOUNTS.map((account) => zonesOf(account, "us-east-1"))
  for (const zones of orders) {
    expect(zones.map(({ name }) => name.at(-1)).join("")).toBe("abcdef")
    expect(zones.map(({ id }) => id).toSorted()).toEqual(findRegion("us-east-1").azIds)
  }
  // Every AZ is `us-east-1a` to somebody, and to nobody much more often than to others.
  const first = Map.groupBy(orders, (zones) => zones[0]!.id)
  expect(first.size).toBe(6)
  for (const group of first.values()) expect(group.length).toBeLessThan(35)
  expect(zonesOf(ANN, "us-east-1")).toEqual(zonesOf(ANN, "us-east-1"))
  expect(orders.map((zones) => zones[0]!.id)).not.toEqual(
    ACCOUNTS.map((account) => zonesOf(account, "us-west-2")[0]!.id.replace("usw2", "use1")),
  )
})

test("in newer Regions a name is the same AZ for every account", () => {
  for (const account of ACCOUNTS) {
    expect(azId(account, "us-east-2", "us-east-2a")).toBe("use2-az1")
    expect(azId(account, "eu-central-1", "eu-central-1a")).toBe("euc1-az2")
    expect(azName(account, "ca-central-1", "cac1-az4")).toBe("ca-central-1d")
  }
})

test("AZ names and ids lead to each other, and to nothing where there is none", () => {
  for (const region of REGIONS.keys())
    for (const { name, id } of zonesOf(ANN, region)) {
      expect(azId(ANN, region, name)).toBe(id)
      expect(azName(ANN, region, id)).toBe(name)
    }
  expect(azId(ANN, "us-east-1", "us-east-1z")).toBeUndefined()
  expect(azName(ANN, "us-east-1", "use2-az1")).toBeUndefined()
})

test("places are read by Region, AZ id, and the account's name of an AZ", () => {
  expect(parsePlace("us-east-1", ANN)).toEqual({ region: "us-east-1" })
  expect(parsePlace("use1-az1", ANN)).toEqual({ region: "us-east-1", az: "use1-az1" })
  const name = azName(ANN, "us-east-1", "use1-az1")!
  expect(parsePlace(name, ANN)).toEqual({ region: "us-east-1", az: "use1-az1" })
  for (const text of ["", "a", "us-east-1z", "us-east-9", "use1-az9", "us-east-9a"])
    expect(parsePlace(text, ANN)).toBeUndefined()
  expect(formatPlace({ region: "us-east-1" })).toBe("us-east-1")
  expect(formatPlace({ region: "us-east-1", az: "use1-az1" })).toBe("use1-az1")
})

test("a failed AZ is down alone; a failed Region takes its AZs with it, and no other Region", () => {
  const ohio = { region: "us-east-2" }
  const az = (number: number): { region: string; az: string } => ({
    ...ohio,
    az: `use2-az${number}`,
  })
  expect(isUp(ohio, [])).toBe(true)
  expect(isUp(az(1), [az(1)])).toBe(false)
  expect(isUp(az(2), [az(1)])).toBe(true)
  expect(isUp(ohio, [az(1), az(2)])).toBe(true)
  expect(isUp(az(1), [ohio])).toBe(false)
  expect(isUp(ohio, [ohio])).toBe(false)
  expect(isUp({ region: "us-east-1" }, [ohio])).toBe(true)
  expect(isUp({ region: "us-east-1", az: "use1-az1" }, [ohio, az(1)])).toBe(true)
})

test("a Region whose AZs have all failed is down", () => {
  const faults = [1, 2, 3].map((number) => ({ region: "us-east-2", az: `use2-az${number}` }))
  expect(isUp({ region: "us-east-2" }, faults)).toBe(false)
  expect(isUp({ region: "us-east-2" }, faults.slice(1))).toBe(true)
  const up = [0, 1, 2, 3].map((down) => zonesUp("us-east-2", faults.slice(0, down)))
  expect(up).toEqual([3, 2, 1, 0])
  expect(zonesUp("us-east-2", [{ region: "us-east-2" }])).toBe(0)
})
