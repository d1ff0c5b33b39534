import { isUp } from "../../../../kernel/places.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { GlobalRequest } from "../../../../registry/route.ts"
import { isRegionOpen } from "../../../account/port.ts"
import { allAccessDisabled, invalidToken, noSuchMultiRegionAccessPoint } from "../../errors.ts"
import {
  isMultiRegionName,
  multiRegionPoint,
  type MultiRegionPoint,
  type MultiRegionRoute,
} from "./multi-region.ts"
import { distance } from "./proximity.ts"

/**
 * The Region in which a request through a Multi-Region Access Point runs ("Multi-Region Access Point
 * request routing"); undefined where its path names none. Throws NoSuchMultiRegionAccessPoint,
 * InvalidToken and AllAccessDisabled.
 */
export function routeGlobal(
  tx: ReadTx,
  { path, from, account }: GlobalRequest,
): string | undefined {
  const name = nameIn(path)
  if (!isMultiRegionName(name)) return undefined
  const point = multiRegionPoint(tx, name)
  if (!point) throw noSuchMultiRegionAccessPoint()
  const route = nearest(tx, point, from)
  if (!route) throw noSuchMultiRegionAccessPoint()
  assertOpen(tx, { point, route, account })
  return route.region
}

/**
 * The active Region that is nearest to the caller. Active ones that are down are passed over ("If
 * traffic disruption occurs in an active-active configuration, network traffic will automatically
 * be redirected to one of the active Regions"); passive ones get nothing until somebody makes them
 * active, even where no other is up.
 */
function nearest(
  tx: ReadTx,
  { regions }: MultiRegionPoint,
  from: string,
): MultiRegionRoute | undefined {
  const active = regions.filter(({ isActive }) => isActive)
  const up = active.filter(({ region }) => isUp({ region }, tx.faults))
  return (up.length > 0 ? up : active).toSorted(
    (one, other) =>
      distance(from, one.region) - distance(from, other.region) ||
      (one.region < other.region ? -1 : 1),
  )[0]
}

/** Where a name leads that nobody signs for: a preflight's. Of all others than these it is `from`. */
export function nearestRegion(tx: ReadTx, name: string, from: string): string {
  const point = isMultiRegionName(name) ? multiRegionPoint(tx, name) : undefined
  return (point && nearest(tx, point, from)?.region) ?? from
}

/** "Configuring Multi-Region Access Point opt-in Regions": who has to have enabled what. */
function assertOpen(
  tx: ReadTx,
  {
    point,
    route,
    account,
  }: {
    readonly point: MultiRegionPoint
    readonly route: MultiRegionRoute
    readonly account: string
  },
): void {
  const owners = [point.account, route.bucketAccount]
  if (!owners.every((owner) => isRegionOpen(tx, owner, route.region))) throw allAccessDisabled()
  if (!point.regions.every(({ region }) => isRegionOpen(tx, account, region))) throw invalidToken()
}

function nameIn(path: string): string {
  const slash = path.indexOf("/", 1)
  const name = slash < 0 ? path.slice(1) : path.slice(1, slash)
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
