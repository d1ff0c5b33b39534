import { invalidValues, validation } from "../errors.ts"
import type { Projection } from "../expressions/expressions.ts"
import { isProjected } from "../items/projection.ts"
import { isGlobal } from "../tables/table.ts"
import type { Source } from "./source.ts"

/** What a reader gets of each item that it finds. */
export interface Selection {
  readonly countOnly: boolean
  readonly projection: Projection | undefined
  /** The index lacks some of it: it is fetched from the table, at extra cost. */
  readonly fetches: boolean
  /** Each item that is fetched is rounded by itself: statements (recorded). */
  readonly roundsEach?: boolean
}

interface Asked {
  readonly Select?: string | undefined
  readonly projection: Projection | undefined
}

interface Given extends Asked {
  readonly IndexName?: string | undefined
  readonly AttributesToGet?: readonly string[] | undefined
}

/** `Select` goes with what else is given. Throws ValidationException (recorded). */
export function assertSelect({ Select, projection, IndexName, AttributesToGet }: Given): void {
  if (projection && Select !== undefined && Select !== "SPECIFIC_ATTRIBUTES") {
    const what = Select === "COUNT" ? "only the Count" : Select
    const parameter = AttributesToGet ? "AttributesToGet" : "ProjectionExpression"
    throw validation(`Cannot specify the ${parameter} when choosing to get ${what}`)
  }
  if (!projection && Select === "SPECIFIC_ATTRIBUTES") {
    throw validation(
      "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
    )
  }
  if (IndexName === undefined && Select === "ALL_PROJECTED_ATTRIBUTES")
    throw validation("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
}

/** What is read of a source; the request's `Select` was checked. */
export function selectionOf(source: Source, { Select, projection }: Asked): Selection {
  const { index } = source
  const fetches = index !== undefined && wantsMore(source, { Select, projection })
  if (fetches && isGlobal(index)) throw unprojected(source, projection)
  return { countOnly: Select === "COUNT", projection, fetches }
}

function wantsMore({ table, index }: Source, { Select, projection }: Asked): boolean {
  if (!index || index.projection.type === "ALL") return false
  if (Select === "ALL_ATTRIBUTES") return true
  return projection?.paths.some(([name]) => !isProjected(table, index, name)) === true
}

function unprojected({ table, index }: Source, projection: Projection | undefined): Error {
  const name = index?.name
  if (!projection) {
    return invalidValues(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${name} ` +
        "because its projection type is not ALL",
    )
  }
  const missing = projection.paths
    .map(([attribute]) => attribute)
    .filter((attribute) => index && !isProjected(table, index, attribute))
  // As users quote it.
  return invalidValues(
    `Global secondary index ${name} does not project [${[...new Set(missing)].join(", ")}]`,
  )
}
