import { findRegion, isUp, zonesOf } from "../../../kernel/places.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { onRegion, op, type Out } from "../define.ts"
import { endDryRun } from "../dry-run.ts"
import { unknownZoneIds, unknownZones } from "../errors.ts"
import { filtered, type FilterFacts } from "../filters.ts"

type Zone = NonNullable<Out<"DescribeAvailabilityZones">["AvailabilityZones"]>[number]

/** Each is one of the operation's filters; there are no Local and Wavelength Zones with parents. */
const FACTS: FilterFacts<Zone> = Object.freeze({
  "group-long-name": ({ GroupLongName }) => GroupLongName,
  "group-name": ({ GroupName }) => GroupName,
  message: () => undefined,
  "opt-in-status": ({ OptInStatus }) => OptInStatus,
  "parent-zone-id": () => undefined,
  "parent-zone-name": () => undefined,
  "region-name": ({ RegionName }) => RegionName,
  state: ({ State }) => State,
  "zone-id": ({ ZoneId }) => ZoneId,
  "zone-name": ({ ZoneName }) => ZoneName,
  "zone-type": ({ ZoneType }) => ZoneType,
})

/** The AZs of the request's Region, by the names that the caller's account has for them. */
export const DescribeAvailabilityZones = op.read("DescribeAvailabilityZones", {
  authorize: onRegion,
  run(tx, input, call): Out<"DescribeAvailabilityZones"> {
    endDryRun(input)
    const { ZoneNames: names = [], ZoneIds: ids = [] } = input
    const zones = zonesSeen(tx, call)
    const unknown = names.filter((name) => !zones.some(({ ZoneName }) => ZoneName === name))
    if (unknown.length > 0) throw unknownZones(unknown)
    const unknownIds = ids.filter((id) => !zones.some(({ ZoneId }) => ZoneId === id))
    if (unknownIds.length > 0) throw unknownZoneIds(unknownIds)
    const named = zones.filter(
      ({ ZoneName = "", ZoneId = "" }) =>
        (names.length === 0 || names.includes(ZoneName)) &&
        (ids.length === 0 || ids.includes(ZoneId)),
    )
    return { AvailabilityZones: [...filtered(named, input.Filters, FACTS)] }
  },
})

/** Recorded: all members but `State`, which says whether the fault control has taken the AZ down. */
function zonesSeen(tx: ReadTx, { account, region }: Pick<Call, "account" | "region">): Zone[] {
  return zonesOf(account, region).map(({ name, id }) => ({
    OptInStatus: "opt-in-not-required",
    Messages: [],
    RegionName: region,
    ZoneName: name,
    ZoneId: id,
    GroupName: `${region}-zg-1`,
    NetworkBorderGroup: region,
    ZoneType: "availability-zone",
    GroupLongName: `${findRegion(region).longName} 1`,
    State: isUp({ region, az: id }, tx.faults) ? "available" : "unavailable",
  }))
}
