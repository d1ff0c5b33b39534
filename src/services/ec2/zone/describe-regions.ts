import { dnsSuffix, regionsOf } from "../../../kernel/places.ts"
import type { Region } from "../../../kernel/regions.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { isRegionOpen } from "../../account/port.ts"
import { onRegion, op, type Out } from "../define.ts"
import { endDryRun } from "../dry-run.ts"
import { unknownRegions } from "../errors.ts"
import { filtered, type FilterFacts } from "../filters.ts"

interface Seen {
  readonly region: Region
  readonly status: "opt-in-not-required" | "opted-in" | "not-opted-in"
}

const endpointOf = ({ code }: Region): string => `ec2.${code}.${dnsSuffix(code)}`

const FACTS: FilterFacts<Seen> = Object.freeze({
  endpoint: ({ region }) => endpointOf(region),
  "opt-in-status": ({ status }) => status,
  "region-name": ({ region }) => region.code,
})

/** The Regions of the caller's partition that its account may use; named ones and `AllRegions`: all. */
export const DescribeRegions = op.read("DescribeRegions", {
  authorize: onRegion,
  run(tx, input, call): Out<"DescribeRegions"> {
    endDryRun(input)
    const { RegionNames: names = [], AllRegions = false } = input
    const all = regionsOf(call.partition)
    const unknown = names.filter((name) => !all.some(({ code }) => code === name))
    if (unknown.length > 0) throw unknownRegions(unknown)
    const seen = all
      .map((region): Seen => ({ region, status: statusOf(tx, call.account, region) }))
      .filter(({ region, status }) =>
        names.length > 0 ? names.includes(region.code) : AllRegions || status !== "not-opted-in",
      )
    return {
      Regions: filtered(seen, input.Filters, FACTS).map(({ region, status }) => ({
        OptInStatus: status,
        RegionName: region.code,
        Endpoint: endpointOf(region),
      })),
    }
  },
})

function statusOf(tx: ReadTx, account: string, region: Region): Seen["status"] {
  if (!region.optIn) return "opt-in-not-required"
  return isRegionOpen(tx, account, region.code) ? "opted-in" : "not-opted-in"
}
