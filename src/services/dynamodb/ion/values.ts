import type { Entry } from "../import/objects.ts"
import type { GivenValue } from "../values/validation.ts"

/** What is read is no Ion, or nothing that DynamoDB has. */
export class IonError extends Error {}

/** Deeper than what an item may hold. */
export const MOST_LEVELS = 40

/** Each value of an export or import is a struct with `Item`. */
export function itemOf(value: GivenValue): Entry {
  const item = value.M?.Item?.M
  return item ? { item } : { error: "The value holds no Item" }
}

/** Sets are lists with an annotation; other annotations say nothing to DynamoDB. */
export function annotated(name: string, value: GivenValue): GivenValue {
  const members = value.L
  if (!members) return value
  if (name === "$dynamodb_SS") return { SS: members.map(({ S }) => present(S)) }
  if (name === "$dynamodb_NS") return { NS: members.map(({ N }) => present(N)) }
  return name === "$dynamodb_BS" ? { BS: members.map(({ B }) => present(B)) } : value
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new IonError("A set holds values of another type")
  return value
}
