import { regionsOf } from "../../../kernel/places.ts"
import { REGIONS, type Region } from "../../../kernel/regions.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { op, type In, type Out } from "../define.ts"
import { badPageToken, notOptIn, regionChanging, tooManyRegionRequests } from "../errors.ts"
import { PAGE_ITEMS, REGION_REQUESTS } from "../limits.ts"
import { onTarget, targetOf } from "../target.ts"
import { regionOpts, statusOf } from "./region-opt.ts"

const onRegion = onTarget((input: In<"EnableRegion">) => ({
  "account:TargetRegion": input.RegionName,
}))

/** Throws ValidationException. */
function findRegion(code: string, partition: string): Region {
  const region = REGIONS.get(code)
  if (region?.partition.id !== partition) throw notOptIn(code)
  return region
}

export const GetRegionOptStatus = op.read("GetRegionOptStatus", {
  authorize: onRegion,
  run(tx, input, call): Out<"GetRegionOptStatus"> {
    const account = targetOf(tx, input, call)
    const region = findRegion(input.RegionName, call.partition)
    return { RegionName: region.code, RegionOptStatus: statusOf(tx, account, region) }
  },
})

const REGION_COUNT = REGIONS.size

interface Wish {
  readonly account: string
  readonly region: Region
  readonly wanted: boolean
}

/** What is so, or is becoming so, is no error: not verified. */
function change(tx: WriteTx, { account, region, wanted }: Wish): void {
  const { code } = region
  if (!region.optIn) throw notOptIn(code)
  const status = statusOf(tx, account, region)
  if (status === (wanted ? "DISABLING" : "ENABLING")) throw regionChanging(code, status)
  if (status.startsWith(wanted ? "ENABL" : "DISABL")) return
  if (changingCount(tx, account) >= REGION_REQUESTS) throw tooManyRegionRequests()
  tx.put(regionOpts, { account, region: code, wanted, changedMs: tx.now })
}

function changingCount(tx: ReadTx, account: string): number {
  const { rows } = tx.scan(regionOpts, { prefix: [account], limit: REGION_COUNT })
  return rows.filter(({ region }) => {
    const known = REGIONS.get(region)
    return known && statusOf(tx, account, known).endsWith("ING")
  }).length
}

export const EnableRegion = op.write("EnableRegion", {
  authorize: onRegion,
  run(tx, input, call): Out<"EnableRegion"> {
    const account = targetOf(tx, input, call)
    const region = findRegion(input.RegionName, call.partition)
    change(tx, { account, region, wanted: true })
    return {}
  },
})

export const DisableRegion = op.write("DisableRegion", {
  authorize: onRegion,
  run(tx, input, call): Out<"DisableRegion"> {
    const account = targetOf(tx, input, call)
    const region = findRegion(input.RegionName, call.partition)
    change(tx, { account, region, wanted: false })
    return {}
  },
})

/** In the order of their names; a token is the last name that was answered. */
export const ListRegions = op.read("ListRegions", {
  authorize: onTarget(),
  run(tx, input, call): Out<"ListRegions"> {
    const account = targetOf(tx, input, call)
    const { RegionOptStatusContains: wanted, MaxResults = PAGE_ITEMS, NextToken } = input
    if (NextToken !== undefined && !REGIONS.has(NextToken)) throw badPageToken()
    const found = regionsOf(call.partition)
      .filter(({ code }) => code > (NextToken ?? ""))
      .map((region) => ({
        RegionName: region.code,
        RegionOptStatus: statusOf(tx, account, region),
      }))
      .filter(({ RegionOptStatus }) => wanted?.includes(RegionOptStatus) ?? true)
      .toSorted((a, b) => (a.RegionName < b.RegionName ? -1 : 1))
    const Regions = found.slice(0, MaxResults)
    const last = Regions.at(-1)
    return {
      Regions,
      ...(Regions.length < found.length && last && { NextToken: last.RegionName }),
    }
  },
})
