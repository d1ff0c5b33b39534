import { validation } from "../errors.ts"
import { twoPaths } from "../expressions/errors.ts"
import { firstClash, pathText, samePath, type Path } from "../expressions/path.ts"
import { Update, type SetValue, type UpdateAction } from "../expressions/update.ts"
import type { AttributeValue } from "../values/attribute-value.ts"
import {
  setFunctionCount,
  setFunctionTarget,
  setFunctionValue,
  unknownFunction,
  unsupportedOperation,
} from "./errors.ts"
import type { CallTerm, SetClause, TermNode } from "./syntax/tree.ts"
import { isLiteral, literalValue } from "./values.ts"

type Parameters = readonly AttributeValue[]

/** The clauses of an UPDATE as an update. Throws ValidationException. */
export function updateOf(clauses: readonly SetClause[], parameters: Parameters): Update {
  const actions = clauses.map((clause) => actionOf(clause, parameters))
  const paths = actions.map(({ path }) => path)
  const clash = firstClash(paths)
  if (clash) throw validation(twoPaths(clash.how, pathText(clash.one), pathText(clash.two)))
  const read = clauses.flatMap((clause) => (clause.kind === "set" ? pathsOf(clause.value) : []))
  return new Update(actions, [...paths, ...read])
}

function pathsOf(term: TermNode): readonly Path[] {
  if (term.kind === "path") return [term.path]
  if (term.kind === "sum") return [...pathsOf(term.left), ...pathsOf(term.right)]
  return term.kind === "call" ? term.terms.flatMap(pathsOf) : []
}

function actionOf(clause: SetClause, parameters: Parameters): UpdateAction {
  const { path } = clause.path
  if (clause.kind === "remove") return { kind: "remove", path }
  const { value } = clause
  if (value.kind === "call" && (value.name === "set_add" || value.name === "set_delete")) {
    const kind = value.name === "set_add" ? "add" : "delete"
    return { kind, path, value: setOperand(value, path, parameters) }
  }
  return { kind: "set", path, value: setValue(value, parameters) }
}

/** Recorded, with the places that messages tell. */
function setOperand(
  { name, terms, position }: CallTerm,
  path: Path,
  parameters: Parameters,
): AttributeValue {
  const upper = name.toUpperCase()
  const [first, second] = terms
  if (first === undefined || second === undefined || terms.length > 2)
    throw setFunctionCount(upper, position)
  if (first.kind !== "path" || !samePath(first.path, path)) throw setFunctionTarget(upper, position)
  const value = isLiteral(second) ? literalValue(second, parameters) : undefined
  if (value && ("SS" in value || "NS" in value || "BS" in value)) return value
  throw setFunctionValue(upper, first.position)
}

function setValue(term: TermNode, parameters: Parameters): SetValue {
  if (isLiteral(term)) return { kind: "value", value: literalValue(term, parameters) }
  switch (term.kind) {
    case "path":
      return { kind: "path", path: term.path }
    case "sum": {
      const [left, right] = [setValue(term.left, parameters), setValue(term.right, parameters)]
      return { kind: "arithmetic", operator: term.operator, left, right }
    }
    case "call": {
      const [first, second] = term.terms
      if (term.name !== "list_append") throw unknownFunction(term.name, term.position)
      if (first === undefined || second === undefined || term.terms.length > 2)
        throw unsupportedOperation("list_append")
      return {
        kind: "list_append",
        first: setValue(first, parameters),
        second: setValue(second, parameters),
      }
    }
  }
}
