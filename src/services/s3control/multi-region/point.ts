import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { parseArn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { multiRegionArn, multiRegionPoints, type MultiRegionPoint } from "../../s3/port.ts"
import { invalidRequest } from "../errors.ts"
import { noSuchMultiRegionAccessPoint, wrongRegion } from "./errors.ts"

/** "All control plane requests … must be routed to the US West (Oregon) Region." */
export const HOME = "us-west-2"

/** "Requests must be routed to one of these five supported Regions", of the failover control plane. */
const FAILOVER_REGIONS: ReadonlySet<string> = Object.freeze(
  new Set(["us-east-1", HOME, "ap-southeast-2", "ap-northeast-1", "eu-west-1"]),
)

export interface OnName {
  readonly AccountId: string
  readonly Name: string
}

/** The alias of a new one: 13 characters (recorded), unlike any that there was. */
export const newAlias = (tx: WriteTx): string =>
  `${tx.random("s3/multi-region-alias").string(13, "abcdefghijklmnopqrstuvwxyz0123456789")}.mrap`

/** Asks for the operation's action on a Multi-Region Access Point, there or not. */
export const pointAccess =
  <Input>(nameOf: (input: Input) => OnName) =>
  (tx: ReadTx, input: Input, call: Call): AccessRequest => {
    assertHome(call)
    const { AccountId: account, Name: name } = nameOf(input)
    const { alias = name } = tx.get(multiRegionPoints, [account, name]) ?? {}
    return accessTo({ account, alias }, call)
  }

/** The same, of an operation whose input names it itself. */
export const onName = pointAccess((input: OnName) => input)

/** `alias` may be a star: of what is not there yet. */
export const accessTo = (
  { account, alias }: Pick<MultiRegionPoint, "account" | "alias">,
  { operation, partition }: Call,
): AccessRequest => ({
  action: `s3:${operation}`,
  resource: multiRegionArn({ partition, account, alias }),
  owner: account,
  context: {},
})

/** Throws PermanentRedirect in other Regions than the one that takes such requests. */
export function assertHome({ region }: Call): void {
  if (region !== HOME) throw wrongRegion()
}

/** Throws PermanentRedirect in other Regions than the five that take routes. */
export function assertFailoverRegion({ region }: Call): void {
  if (!FAILOVER_REGIONS.has(region)) throw wrongRegion()
}

/** Throws NoSuchMultiRegionAccessPoint. */
export function findPoint(tx: ReadTx, { AccountId, Name }: OnName): MultiRegionPoint {
  const point = tx.get(multiRegionPoints, [AccountId, Name])
  if (!point) throw noSuchMultiRegionAccessPoint()
  return point
}

/** The account and alias of an ARN. Throws InvalidRequest, whose text is not verified. */
export function aliasOf(arn: string): Pick<MultiRegionPoint, "account" | "alias"> {
  const { service, region, account = "", resource = "" } = parseArn(arn) ?? {}
  const alias = /^accesspoint[/:]([a-z0-9]+\.mrap)$/.exec(resource)?.[1]
  if (service !== "s3" || region !== "" || alias === undefined)
    throw invalidRequest("The Multi-Region Access Point ARN is not valid.")
  return { account, alias }
}
