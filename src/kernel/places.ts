import { REGIONS, type Partition, type Region } from "./regions.ts"

/** Where something is: a Region, or one of its Availability Zones, named by its AZ id. */
export interface Place {
  readonly region: string
  /** The AZ id (`use1-az1`), which is the same place for every account. */
  readonly az?: string
}

/** Whether AWS has a Region of this code. */
export function isRegion(code: string): boolean {
  return REGIONS.has(code)
}

/** The Region of this code. Throws RangeError where there is none. */
export function findRegion(code: string): Region {
  const region = REGIONS.get(code)
  if (!region) throw new RangeError(`there is no Region ${code}`)
  return region
}

/** The partition that a Region belongs to. Throws RangeError where there is no such Region. */
export function partitionOf(region: string): Partition {
  return findRegion(region).partition
}

/** The Regions of a partition (`aws`). */
export function regionsOf(partition: string): readonly Region[] {
  return [...REGIONS.values()].filter((region) => region.partition.id === partition)
}

/** The end of the names that a Region's services have in DNS: `amazonaws.com`. */
export function dnsSuffix(region: string): string {
  return partitionOf(region).dnsSuffix
}

/**
 * The AZs of a Region as an account sees them, in order of their names. In AWS's oldest Regions
 * each account has the names in an order of its own, so that not everybody crowds into `a` (docs
 * "AZ IDs"; accounts made since November 2025 are alike there: ours are the older kind).
 */
export function zonesOf(account: string, region: string): { name: string; id: string }[] {
  const { letters, azIdsByLetter, shuffled } = findRegion(region)
  const ids = shuffled ? shuffle(azIdsByLetter, hash(`${account}/${region}`)) : azIdsByLetter
  return letters.map((letter, index) => ({ name: region + letter, id: ids[index]! }))
}

/** The name that an account has for an AZ, by AZ id; nothing where the Region has no such AZ. */
export function azName(account: string, region: string, id: string): string | undefined {
  return zonesOf(account, region).find((zone) => zone.id === id)?.name
}

/** The id of the AZ that an account calls `name`; nothing where it sees no such AZ. */
export function azId(account: string, region: string, name: string): string | undefined {
  return zonesOf(account, region).find((zone) => zone.name === name)?.id
}

/**
 * Whether a place works while `faults` are down. A Region takes its AZs with it, and is down
 * itself when it has failed or all its AZs have.
 */
export function isUp(place: Place, faults: readonly Place[]): boolean {
  if (faults.length === 0) return true
  if (isDown(place.region, undefined, faults)) return false
  if (place.az !== undefined) return !isDown(place.region, place.az, faults)
  const { azIds } = findRegion(place.region)
  return azIds.some((id) => !isDown(place.region, id, faults))
}

/** How many AZs of a Region work while `faults` are down. */
export function zonesUp(region: string, faults: readonly Place[]): number {
  return findRegion(region).azIds.filter((az) => isUp({ region, az }, faults)).length
}

function isDown(region: string, az: string | undefined, faults: readonly Place[]): boolean {
  return faults.some((fault) => fault.region === region && fault.az === az)
}

/**
 * Reads `us-east-1`, `use1-az1`, or the name that `account` has for an AZ, such as `us-east-1a`.
 * Nothing when there is no such place.
 */
export function parsePlace(text: string, account: string): Place | undefined {
  if (isRegion(text)) return { region: text }
  const region = text.slice(0, -1)
  if (isRegion(region)) {
    const az = azId(account, region, text)
    return az === undefined ? undefined : { region, az }
  }
  for (const { code, azIds } of REGIONS.values())
    if (azIds.includes(text)) return { region: code, az: text }
  return undefined
}

/** Writes a place as every account reads it: the Region's code, or the AZ id. */
export function formatPlace(place: Place): string {
  return place.az ?? place.region
}

/** FNV-1a of 32 bits: spreads similar texts. */
function hash(text: string): number {
  let sum = 0x811c9dc5
  for (let at = 0; at < text.length; at++) {
    sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193)
  }
  return sum >>> 0
}

/** Fisher and Yates's shuffle, drawn from `seed` (a linear congruential generator). */
function shuffle(items: readonly string[], seed: number): string[] {
  const order = [...items]
  let state = seed
  for (let last = order.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const pick = Math.floor((state / 2 ** 32) * (last + 1))
    ;[order[last], order[pick]] = [order[pick]!, order[last]!]
  }
  return order
}
