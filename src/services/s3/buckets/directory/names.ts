import { findRegion } from "../../../../kernel/places.ts"

/** "Directory bucket naming rules": `<base>--<zone>--x-s3`. */
const NAME = /^([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)--([a-z0-9]+-az\d+)--x-s3$/
const LONGEST = 63
const RESERVED_PREFIXES = ["xn--", "sthree-", "amzn-s3-demo-"] as const

/** The AZ that the name of a directory bucket tells; undefined of all other names. */
export function zoneOfName(name: string): string | undefined {
  if (name.length > LONGEST || RESERVED_PREFIXES.some((one) => name.startsWith(one)))
    return undefined
  return NAME.exec(name)?.[2]
}

/** Whether a Region has an AZ of this id. */
export const isZoneOf = (zone: string, region: string): boolean =>
  findRegion(region).azIds.includes(zone)

/** A key that a header says URL-encoded; undefined where it is not. */
export function decodeKey(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
