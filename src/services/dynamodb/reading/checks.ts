import { AwsError } from "../../../protocols/aws-error.ts"
import { validation } from "../errors.ts"
import { pathsOf } from "../expressions/condition.ts"
import type { Condition } from "../expressions/expressions.ts"
import type { Path } from "../expressions/path.ts"
import { keyAttributes, type Table } from "../tables/table.ts"
import type { Item } from "../values/attribute-value.ts"
import { checkedItem, type GivenItem } from "../values/validation.ts"
import type { Source } from "./source.ts"

/** Recorded: some refusals of values are told without their occasion. */
const TOLD_BARE =
  /contains duplicates|number set|numeric value|significant digits|number with magnitude/

/** `ExclusiveStartKey`, its values checked. */
export function startKey(given: GivenItem | undefined): Item | undefined {
  if (given === undefined) return undefined
  try {
    return checkedItem(given)
  } catch (error) {
    if (!(error instanceof AwsError) || TOLD_BARE.test(error.message)) throw error
    throw validation(`The provided starting key is invalid: ${error.message}`)
  }
}

/** A filter of a query looks at no key of what is queried, and not into keys (recorded). */
export function assertFilter(source: Source, filter: Condition, parameter: string): void {
  const paths = pathsOf(filter)
  for (const { name } of keyAttributes(source.keys)) {
    if (paths.some(([first]) => first === name)) {
      throw validation(
        `${parameter} can only contain non-primary key attributes: Primary key attribute: ${name}`,
      )
    }
  }
  assertScalarKeys(source.table, paths)
}

/** Throws where a path leads into a key, of the table or an index (recorded). */
export function assertScalarKeys(table: Table, paths: readonly Path[] = []): void {
  const nested = paths.filter((path) => path.length > 1).map(([first]) => first)
  if (nested.length === 0) return
  const schemas = [...table.localIndexes, ...table.globalIndexes].map(({ keys }) => keys)
  for (const [i, keys] of [table.keys, ...schemas].entries()) {
    for (const { name } of keyAttributes(keys)) {
      if (!nested.includes(name)) continue
      throw validation(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not " +
          `allowed: ${i === 0 ? "Key" : "IndexKey"}: ${name}`,
      )
    }
  }
}
