import type { In } from "../define.ts"
import { invalidValues, validation } from "../errors.ts"

type Input = In<"UpdateTable">

/** What UpdateTable names where nothing is to change, members that no model has among them (recorded). */
const CHANGES = [
  ...["ProvisionedThroughput", "BillingMode", "UpdateStreamEnabled", "GlobalSecondaryIndexUpdates"],
  ...["SSESpecification", "ReplicaUpdates", "MultiAccountReplicaReady", "ReplicaTransitRoleArn"],
  ...[
    "MultiRegionConsistency",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "WarmThroughput",
  ],
] as const

/** What changes alone, in the order in which a refusal names it (recorded). */
const ALONE = [
  ["SSESpecification", "Server-Side Encryption modification"],
  ["TableClass", "TableClass modification"],
  ["DeletionProtectionEnabled", "DeletionProtection modification"],
  ["WarmThroughput", "WarmThroughput"],
] as const

/**
 * That a request changes something, and nothing together that AWS changes one by one. Before the table
 * is looked up. Recorded in October 2026; of members that no recording shows together nothing is said.
 */
export function assertOneChange(input: Input): void {
  const { TableName: _name, AttributeDefinitions: _attributes, ...rest } = input
  for (const { Update } of input.GlobalSecondaryIndexUpdates ?? [])
    if (Update?.WarmThroughput && isEmpty(Update.WarmThroughput))
      throw invalidValues(
        "WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond " +
          `specified for index: ${Update.IndexName}`,
      )
  const given = new Set(
    Object.entries(rest).flatMap(([name, value]) =>
      value === undefined || (typeof value === "object" && isEmpty(value)) ? [] : [name],
    ),
  )
  // Not AWS's: it ends in an internal error, where they stand alone.
  const isNothing = isEmpty(input.WarmThroughput) || isEmpty(input.OnDemandThroughput)
  if (given.size === 0 && isNothing)
    throw invalidValues("WarmThroughput and OnDemandThroughput must not be empty")
  // An empty one is encryption with AWS's own key.
  if (input.SSESpecification) given.add("SSESpecification")
  if ([...given].every((name) => name === "MultiRegionConsistency")) throw nothing(given)
  if (input.GlobalSecondaryIndexUpdates?.length === 0)
    throw invalidValues("List of GlobalSecondaryIndexUpdates is empty")
  assertCombination(input, given)
}

const isEmpty = (value: object | undefined): boolean =>
  value !== undefined && Object.keys(value).length === 0

function nothing(given: ReadonlySet<string>): Error {
  const names = CHANGES.filter((name) => !given.has(name)).join(", ")
  return validation(`At least one of ${names} or TableClass is required`)
}

function assertCombination(input: Input, given: ReadonlySet<string>): void {
  const updates = input.GlobalSecondaryIndexUpdates ?? []
  const indexes = updates.some(({ Create, Delete }) => Create ?? Delete)
  if (given.has("WarmThroughput") && updates.some(({ Create }) => Create))
    throw invalidValues(
      "Create global secondary index cannot be specified when updating WarmThroughput",
    )
  assertMembersAlone(given)
  for (const [name, what] of ALONE)
    if (given.has(name) && given.size > 1)
      throw invalidValues(`${what} must be the only operation in the request`)
  if (given.has("OnDemandThroughput") && given.has("StreamSpecification"))
    throw invalidValues(
      "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request",
    )
  const capacity = given.has("ProvisionedThroughput")
  if (given.has("StreamSpecification") && capacity)
    throw invalidValues("You cannot modify stream status while updating table IOPS")
  if (indexes && capacity)
    throw invalidValues("You cannot create or delete index while updating table IOPS")
  if (indexes && given.has("StreamSpecification"))
    throw invalidValues("You cannot create or delete index while changing stream status")
}

/** What says which members a global table has, of which kind. */
const MEMBERS = ["ReplicaUpdates", "GlobalTableWitnessUpdates", "MultiRegionConsistency"]

function assertMembersAlone(given: ReadonlySet<string>): void {
  if ([...given].every((name) => MEMBERS.includes(name))) return
  if (given.has("GlobalTableWitnessUpdates"))
    throw invalidValues(
      "Requests that modify replicas or witnesses must not also modify other fields",
    )
  if (given.has("ReplicaUpdates"))
    throw invalidValues("Replica modification must be the only operation in the request")
}
