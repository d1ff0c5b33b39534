import { invalidValues } from "../../errors.ts"
import { typeOf, type TypeName } from "../../values/attribute-value.ts"
import { assertName, checkedValue, type GivenValue } from "../../values/validation.ts"
import type { Path } from "../path.ts"
import { Update, type UpdateAction } from "../update.ts"

/** A member of AttributeUpdates. */
export interface GivenUpdate {
  readonly Action?: string | undefined
  readonly Value?: GivenValue | undefined
}

const DELETABLE: ReadonlySet<TypeName> = new Set(["SS", "NS", "BS"])
/** Lists are in no docs, but AWS adds them too (recorded). */
const ADDABLE: ReadonlySet<TypeName> = new Set(["N", "SS", "NS", "BS", "L"])

/** AttributeUpdates as an update. Throws ValidationException (recorded). */
export function attributeUpdates(given: Readonly<Record<string, GivenUpdate>>): Update {
  const actions = Object.entries(given).map(([name, one]) => {
    assertName(name)
    return actionOf([name], one)
  })
  return new Update(
    actions,
    actions.map(({ path }) => path),
    true,
  )
}

function actionOf(path: Path, { Action = "PUT", Value }: GivenUpdate): UpdateAction {
  if (Value === undefined) {
    if (Action !== "DELETE")
      throw invalidValues("Only DELETE action is allowed when no attribute value is specified")
    return { kind: "remove", path }
  }
  const value = checkedValue(Value)
  const type = typeOf(value)
  switch (Action) {
    case "DELETE":
      if (!DELETABLE.has(type))
        throw invalidValues(`DELETE action with value is not supported for the type ${type}`)
      return { kind: "delete", path, value }
    case "ADD":
      if (!ADDABLE.has(type))
        throw invalidValues(`ADD action is not supported for the type ${type}`)
      return { kind: "add", path, value }
    default:
      return { kind: "set", path, value: { kind: "value", value } }
  }
}
