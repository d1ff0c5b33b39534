import { job } from "../../../kernel/later/later.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { multiRegionArn, multiRegionPoints, type MultiRegionPoint } from "../../s3/port.ts"
import { op, type In, type Out } from "../define.ts"
import { invalidRequest, malformedXml } from "../errors.ts"
import { noSuchMultiRegionAccessPoint, nothingToFailOver, routesChanging } from "./errors.ts"
import { accessTo, aliasOf, assertFailoverRegion } from "./point.ts"

/** "It can take up to 2 minutes for your changes to take effect." */
const TAKES_EFFECT_MS = 10_000

interface OnRoutes {
  readonly AccountId: string
  readonly Mrap: string
}

function authorize(_tx: ReadTx, { AccountId, Mrap }: OnRoutes, call: Call) {
  assertFailoverRegion(call)
  const { alias } = aliasOf(Mrap)
  return accessTo({ account: AccountId, alias }, call)
}

export const GetMultiRegionAccessPointRoutes = op.read("GetMultiRegionAccessPointRoutes", {
  authorize,
  run(tx, input): Out<"GetMultiRegionAccessPointRoutes"> {
    const point = find(tx, input)
    return {
      Mrap: multiRegionArn(point),
      Routes: point.regions.map(({ bucket, region, dial }) => ({
        ...{ Bucket: bucket, Region: region, TrafficDialPercentage: dial },
      })),
    }
  },
})

export const SubmitMultiRegionAccessPointRoutes = op.write("SubmitMultiRegionAccessPointRoutes", {
  authorize,
  run(tx, input): Out<"SubmitMultiRegionAccessPointRoutes"> {
    const point = find(tx, input)
    if (point.regions.length < 2) throw nothingToFailOver()
    if (point.regions.some(({ dial, isActive }) => (dial === 100) !== isActive))
      throw routesChanging()
    const regions = dialled(point, input.RouteUpdates)
    tx.replace(multiRegionPoints, point, { ...point, regions })
    const { account, name, alias } = point
    tx.schedule(applyRoutes, { account, name, alias }, tx.now + TAKES_EFFECT_MS)
    return {}
  },
})

/** What was asked for takes effect. */
export const applyRoutes = job<Pick<MultiRegionPoint, "account" | "name" | "alias">>(
  "s3control/applyMultiRegionRoutes",
  {
    run(tx, { account, name, alias }) {
      const point = tx.get(multiRegionPoints, [account, name])
      if (point?.alias !== alias) return
      const regions = point.regions.map((one) => ({ ...one, isActive: one.dial === 100 }))
      tx.replace(multiRegionPoints, point, { ...point, regions })
    },
  },
)

function find(tx: ReadTx, { AccountId, Mrap }: OnRoutes): MultiRegionPoint {
  const { account, alias } = aliasOf(Mrap)
  const point = tx.first(multiRegionPoints, { index: "byAlias", prefix: [alias] })
  if (!point || point.account !== AccountId || point.account !== account)
    throw noSuchMultiRegionAccessPoint()
  if (point.status !== "READY") throw noSuchMultiRegionAccessPoint()
  return point
}

type Updates = In<"SubmitMultiRegionAccessPointRoutes">["RouteUpdates"]

/**
 * The Regions as they are to be; those that no update names stay. That all passive is an
 * InvalidRequest is documented; its text, and the others, are not verified.
 */
function dialled({ regions }: MultiRegionPoint, updates: Updates | undefined) {
  if (!updates || updates.length === 0) throw malformedXml()
  const changed = [...regions]
  for (const { Bucket, Region, TrafficDialPercentage: dial } of updates) {
    if (Bucket === undefined && Region === undefined)
      throw invalidRequest("Either the Bucket or the Region must be provided.")
    if (dial !== 0 && dial !== 100)
      throw invalidRequest("The TrafficDialPercentage must be 0 or 100.")
    const at = changed.findIndex(
      ({ bucket, region }) =>
        (Bucket === undefined || bucket === Bucket) && (Region === undefined || region === Region),
    )
    const route = changed[at]
    if (!route)
      throw invalidRequest(
        "The Bucket or the Region is not associated with the Multi-Region Access Point.",
      )
    changed[at] = { ...route, dial }
  }
  if (changed.every(({ dial }) => dial === 0))
    throw invalidRequest("At least one Region must be active.")
  return changed
}
