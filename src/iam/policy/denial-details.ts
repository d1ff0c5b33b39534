import { conditionsHold, type CompiledStatement } from "./compile.ts"
import type { ContextValue } from "./context.ts"
import { groupsOf, type DecisionRequest } from "./decision.ts"
import type { Statement } from "./document.ts"
import { resourceOf } from "./match.ts"

/** AWS's lists are objects with `items`. */
interface Items<Item> {
  readonly items: readonly Item[]
}
type Values = Items<{ readonly value: string }>

const itemsOf = <Item>(items: readonly Item[]): Items<Item> => ({ items })
const valuesOf = (values: readonly string[]): Values => itemsOf(values.map((value) => ({ value })))

/** More condition keys than an action has. */
const MOST_KEYS = 100

/**
 * What DecodeAuthorizationMessage shows of a denial, as JSON text: "whether the request was denied
 * due to an explicit deny or due to the absence of an explicit allow, the principal who made the
 * request, the requested action, the requested resource, the values of condition keys". The form is
 * that of the documentation's example; of the statements those that deny are told. `keys` are the
 * condition keys to show, those that the request does not have are left out.
 */
export function denialDetails(asked: DecisionRequest, keys: readonly string[]): string {
  const denying = denyingStatements(asked)
  const { actor, action, resource, context } = asked
  const id = context.get("aws:userid") ?? actor.uniqueId ?? actor.arn
  const name = context.get("aws:username")
  return JSON.stringify({
    allowed: false,
    explicitDeny: denying.length > 0,
    matchedStatements: itemsOf(denying.map(statementOf)),
    failures: itemsOf([]),
    context: {
      principal: { id, name, arn: actor.arn },
      action,
      resource,
      conditions: itemsOf(
        keys.slice(0, MOST_KEYS).flatMap((key) => conditionOf(key, context.get(key.toLowerCase()))),
      ),
    },
  })
}

/** The statements that deny, wherever they stand. */
function denyingStatements(asked: DecisionRequest): readonly Statement[] {
  const action = asked.action.toLowerCase()
  return groupsOf(asked)
    .flatMap(({ policies }) => policies)
    .flatMap((policy) => policy.statementsOn(action))
    .filter((one) => !one.allows && applies(asked, one))
    .map(({ statement }) => statement)
}

const applies = ({ actor, resource, context }: DecisionRequest, one: CompiledStatement): boolean =>
  one.matchesResource(resourceOf(resource), context) &&
  one.naming(actor) !== undefined &&
  conditionsHold(one, context)

function statementOf(statement: Statement) {
  const { sid = "", action, notAction, resource, notResource, principal } = statement
  return {
    statementId: sid,
    effect: "DENY",
    principals: valuesOf(principal ? (principal.anyone ? ["*"] : principal.aws) : []),
    principalGroups: valuesOf([]),
    actions: valuesOf(action ?? notAction ?? []),
    resources: valuesOf(resource ?? notResource ?? []),
    conditions: itemsOf(
      statement.conditions.map(({ key, values }) => ({ key, values: valuesOf(values) })),
    ),
  }
}

function conditionOf(key: string, value: ContextValue | undefined) {
  if (value === undefined) return []
  return [{ key, values: valuesOf(typeof value === "string" ? [value] : value) }]
}
