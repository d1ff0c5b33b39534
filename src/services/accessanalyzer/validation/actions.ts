import { actionsOf, expandActions, servicePrefixes } from "../../../iam/actions/actions.ts"
import { isWithin, patternOf } from "../../../iam/analysis/pattern.ts"
import { itemsOf, memberOf, textOf, type JsonNode } from "./json-tree.ts"
import { redundantOf } from "./redundant.ts"
import { isType, type Checked } from "./checked.ts"

/** Whether there are actions, and whether AWS has them. */
export function checkActions(statement: JsonNode, { issues }: Checked): void {
  const element = memberOf(statement, "Action") ?? memberOf(statement, "NotAction")
  if (!element) {
    issues.error(
      "MISSING_ACTION",
      "Add an Action or NotAction element to the policy statement.",
      statement,
    )
    return
  }
  const items = itemsOf(element)
  if (items.length === 0)
    issues.suggestion(
      "EMPTY_ARRAY_ACTION",
      "This statement includes no actions and does not affect the policy. Specify actions.",
      element,
    )
  const texts = items.filter((item) => isType(item, "string", issues))
  for (const item of texts) checkAction(item, { issues })
  checkRedundant(texts, { issues })
}

function checkAction(item: JsonNode, { issues }: Pick<Checked, "issues">): void {
  const text = textOf(item) ?? ""
  if (text === "*") return
  const [service = "", name, ...more] = text.split(":")
  if (name === undefined || more.length > 0) {
    issues.error("INVALID_ACTION", `The action ${text} does not exist.`, item)
    return
  }
  const known = /[*?]/.test(service)
    ? servicePrefixes().length > 0 && expandActions(`${service}:*`).length > 0
    : actionsOf(service) !== undefined
  if (!known)
    issues.error(
      "INVALID_SERVICE_IN_ACTION",
      `The service ${service} specified in the action does not exist.`,
      item,
    )
  else if (expandActions(text).length === 0)
    issues.error("INVALID_ACTION", `The action ${text} does not exist.`, item)
}

/** What another pattern of the same list means already. */
function checkRedundant(items: readonly JsonNode[], { issues }: Pick<Checked, "issues">): void {
  const redundant = redundantOf(items, (text) => text.toLowerCase())
  if (redundant.length > 0)
    issues.suggestion(
      "REDUNDANT_ACTION",
      `The ${redundant.length} action(s) are redundant because they provide similar permissions. Update the policy to remove the redundant action such as: ${textOf(redundant[0] as JsonNode)}.`,
      ...redundant,
    )
}

/** Allows of what lets a caller take on or make roles, for all roles. */
export function checkDangers(statement: JsonNode, { issues }: Checked): void {
  const effect = memberOf(statement, "Effect")
  const resources = itemsOf(memberOf(statement, "Resource"))
  if ((effect && textOf(effect)) !== "Allow") return
  const stars = resources.filter(
    (one) => textOf(one) === "*" || (textOf(one) ?? "").endsWith(":role/*"),
  )
  if (stars.length === 0) return
  const means = (wanted: string): readonly JsonNode[] =>
    itemsOf(memberOf(statement, "Action")).filter((item) =>
      isWithin(patternOf(wanted), patternOf((textOf(item) ?? "").toLowerCase())),
    )
  const pass = means("iam:passrole")
  const [first] = pass
  if (first && !limitsService(statement)) {
    if (textOf(first) === "*")
      issues.securityWarning(
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
        "Using wildcards (*) in the action and the resource can be overly permissive because it allows iam:PassRole permissions on all resources. We recommend that you specify resource ARNs or add the iam:PassedToService condition key to your statement.",
        ...[...pass, ...stars],
      )
    else
      issues.securityWarning(
        "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        "Using the iam:PassRole action with wildcards (*) in the resource can be overly permissive because it allows iam:PassRole permissions on multiple resources. We recommend that you specify resource ARNs or add the iam:PassedToService condition key to your statement.",
        ...[...pass, ...stars],
      )
  }
  const create = means("iam:createservicelinkedrole")
  const star = create.some((item) => textOf(item) === "*")
  if (create.length > 0)
    issues.warning(
      star ? "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE" : "CREATE_SLR_WITH_STAR_IN_RESOURCE",
      star
        ? "Using wildcards (*) in the action and the resource can allow creation of unintended service-linked roles. We recommend that you specify resource ARNs instead."
        : "Using the iam:CreateServiceLinkedRole action with wildcards (*) in the resource can allow creation of unintended service-linked roles. We recommend that you specify resource ARNs instead.",
      ...[...create, ...stars],
    )
}

/** A condition on iam:PassedToService says to whom roles may be passed. */
const limitsService = (statement: JsonNode): boolean =>
  JSON.stringify(memberOf(statement, "Condition") ?? "")
    .toLowerCase()
    .includes("iam:passedtoservice")
