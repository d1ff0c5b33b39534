import { findRegion, zonesUp, type Place } from "../../../kernel/places.ts"

/**
 * A partition lies in three AZs of its Region. One of the three nodes leads: it takes all writes and
 * strongly consistent reads, and acknowledges a write when two have it. When it fails the others elect
 * one of them, so nothing acknowledged is lost; what fails is replaced in another AZ, where there is one
 * ("Amazon DynamoDB: A Scalable, Predictably Performant, and Fully Managed NoSQL Database Service",
 * 2022). So a partition has a leader as long as two AZs of the Region work; where accounts see but two
 * AZs, one is enough.
 */
const QUORUM = 2

/** Whether the partitions of a Region have leaders while `faults` are down. */
export function hasQuorum(region: string, faults: readonly Place[]): boolean {
  if (faults.length === 0) return true
  const seen = findRegion(region).azIds.length
  return zonesUp(region, faults) >= Math.min(QUORUM, seen - 1)
}
