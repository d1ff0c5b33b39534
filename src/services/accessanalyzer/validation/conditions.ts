import { actionsOf, conditionKeyType } from "../../../iam/actions/actions.ts"
import type { KeyType } from "../../../iam/actions/global-keys.ts"
import { parseOperator, type Operator } from "../../../iam/policy/conditions.ts"
import { parseDate } from "../../../iam/policy/dates.ts"
import { parseIpRange } from "../../../iam/policy/ip-range.ts"
import {
  itemsOf,
  memberOf,
  membersOf,
  textOf,
  type JsonMember,
  type JsonNode,
} from "./json-tree.ts"
import { isType, type Checked } from "./checked.ts"

/** Whether operators and keys exist, fit each other, and have values that they can compare. */
export function checkConditions(statement: JsonNode, checked: Checked): void {
  const { issues } = checked
  const element = memberOf(statement, "Condition")
  if (!element || !isType(element, "object", issues)) return
  if (membersOf(element).length === 0)
    issues.suggestion(
      "EMPTY_OBJECT_CONDITION",
      "This condition block is empty and it does not affect the policy. Specify conditions.",
      element,
    )
  for (const { name, key, node } of membersOf(element)) {
    const operator = parseOperator(name)
    if (!operator) {
      if (/^(?:for\w+:)?nullifexists$/i.test(name))
        issues.error(
          "NULL_WITH_IF_EXISTS",
          "The Null condition operator is not compatible with IfExists condition operator. Update the operator or the IfExists suffix.",
          key,
        )
      else
        issues.error(
          "INVALID_CONDITION_OPERATOR",
          `The condition operator ${name} is not valid. Use a valid condition operator.`,
          key,
        )
      continue
    }
    if (!isType(node, "object", issues)) continue
    checkCase(membersOf(node), checked)
    for (const member of membersOf(node)) checkKey(member, { operator, name }, checked)
  }
}

function checkCase(members: readonly JsonMember[], { issues }: Checked): void {
  const seen = new Map<string, JsonNode>()
  for (const { name, key } of members) {
    const before = seen.get(name.toLowerCase())
    if (before)
      issues.error(
        "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
        `The condition key ${name} appears more than once with different capitalization in the same condition block. Remove the duplicate condition keys.`,
        before,
        key,
      )
    seen.set(name.toLowerCase(), key)
  }
}

interface Named {
  readonly operator: Operator
  /** As the policy writes it. */
  readonly name: string
}

function checkKey({ name, key, node }: JsonMember, operator: Named, checked: Checked): void {
  const { issues } = checked
  const type = knownType(name, key, checked)
  const values = itemsOf(node)
  if (values.length === 0)
    issues.suggestion(
      "EMPTY_ARRAY_CONDITION",
      `There are no values for the condition key ${name} and it does not affect the policy. Specify conditions.`,
      node,
    )
  if (type) checkFit({ name, key, node }, { ...operator, type }, checked)
  for (const value of values) checkValue(value, operator, checked)
}

/** The key's type; reports keys that no service has. */
function knownType(name: string, key: JsonNode, { issues }: Checked): KeyType | undefined {
  const type = conditionKeyType(name)
  if (type) return type
  const [service = "", ...rest] = name.split(":")
  if (rest.length === 0)
    issues.error(
      "INVALID_CONDITION_KEY_FORMAT",
      "The condition key format is not valid. Use the format service:keyname.",
      key,
    )
  else if (service.toLowerCase() === "aws")
    issues.error(
      "INVALID_GLOBAL_CONDITION_KEY",
      `The condition key ${name} does not exist. Use a valid condition key.`,
      key,
    )
  else if (actionsOf(service))
    issues.error(
      "INVALID_SERVICE_CONDITION_KEY",
      `The condition key ${name} does not exist in the service ${service}. Use a valid condition key.`,
      key,
    )
  // Keys of identity providers begin with the providers' names.
  return undefined
}

/** The kinds of operators that a type of key is compared with ("Condition operators"). */
const FITTING: Readonly<Record<string, RegExp>> = {
  String: /^(?:string|binary)/,
  ARN: /^(?:arn|string)/,
  Bool: /^(?:bool|string)/,
  Numeric: /^numeric/,
  Date: /^(?:date|numeric)/,
  IPAddress: /^ip/,
}
const OPERATORS: Readonly<Record<string, string>> = {
  String: "String",
  ARN: "ARN",
  Bool: "Boolean",
  Numeric: "Numeric",
  Date: "Date",
  IPAddress: "IP address",
}

function checkFit(
  { name, key, node }: JsonMember,
  { operator, name: written, type }: Named & { readonly type: KeyType },
  { issues }: Checked,
): void {
  const many = type.startsWith("ArrayOf")
  const plain = many ? type.slice("ArrayOf".length) : type
  if (operator.base !== "null" && !FITTING[plain]?.test(operator.base))
    issues.warning(
      "TYPE_MISMATCH",
      `Use the operator type ${OPERATORS[plain]} instead of operator ${written} for the condition key ${name}.`,
      key,
    )
  if (many && operator.set === undefined && operator.base !== "null")
    issues.error(
      "MISSING_QUALIFIER",
      `The request context key ${name} has multiple values. Use the ForAllValues or ForAnyValue condition key qualifiers in your policy.`,
      key,
    )
  if (!many && operator.set === "all")
    issues.securityWarning(
      "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
      `Using ForAllValues qualifier with the single-valued condition key ${name} can be overly permissive. We recommend that you remove ForAllValues:.`,
      key,
    )
  if (plain === "Bool" && itemsOf(node).length > 1)
    issues.error(
      "INVALID_CONDITION_MULTIPLE_BOOLEAN",
      "The condition key does not support multiple Boolean values. Use a single Boolean value.",
      node,
    )
}

function checkValue(node: JsonNode, { operator }: Named, { issues, version }: Checked): void {
  const text = textOf(node)
  if (text === undefined) return
  const variable = version === "2012-10-17" && /\$\{[^}]*\}/.test(text.replace(/\$\{[*?$]\}/g, ""))
  if (variable && !/^(?:string|arn)/.test(operator.base))
    issues.error(
      "INVALID_VARIABLE_FOR_OPERATOR",
      "Policy variables can only be used with String and ARN operators.",
      node,
    )
  else if (operator.base === "string" && /[*?]/.test(text.replace(/\$\{[*?]\}/g, "")))
    issues.warning(
      "WILDCARD_WITHOUT_LIKE_OPERATOR",
      "Your condition value includes a * or ? character. If you meant to use a wildcard (*, ?), update the condition operator to include Like.",
      node,
    )
  else if (operator.base === "ip" && !parseIpRange(text))
    issues.error("INVALID_IP_ADDRESS", `The IP address ${text} is not valid.`, node)
  else if (operator.base.startsWith("date") && parseDate(text) === undefined)
    issues.warning(
      "INVALID_DATE_VALUE",
      `The date ${text} might not resolve as expected. We recommend that you use the YYYY-MM-DDThh:mm:ssZ format.`,
      node,
    )
}
