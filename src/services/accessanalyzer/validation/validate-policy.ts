import { charactersOf } from "../../../iam/policy/document.ts"
import { isType, type Checked } from "./checked.ts"
import { checkConditions } from "./conditions.ts"
import { Issues, type Issue, type PolicyType } from "./issue.ts"
import {
  itemsOf,
  JsonFault,
  memberOf,
  membersOf,
  readJsonTree,
  textOf,
  type JsonNode,
} from "./json-tree.ts"
import { checkPrincipals } from "./principals.ts"
import { checkResources } from "./resources.ts"
import { checkActions, checkDangers } from "./actions.ts"

const POLICY_MEMBERS = ["Version", "Id", "Statement"] as const
const STATEMENT_MEMBERS = [
  ...["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"],
  ...["Resource", "NotResource", "Condition"],
] as const
const VERSIONS = ["2012-10-17", "2008-10-17"]
/** "IAM and AWS STS quotas": the longest managed policy; and what most services take. */
const IDENTITY_CHARACTERS = 6_144
const RESOURCE_CHARACTERS = 20_480

/** Everything that is wrong with a policy text or could be better. Pure. */
export function validatePolicy(text: string, type: PolicyType, trust = false): readonly Issue[] {
  const issues = new Issues()
  let tree: JsonNode
  try {
    tree = readJsonTree(text)
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    const { position } = error
    const { offset, line, column } = position
    const words = `Fix the JSON syntax error at index ${offset} line ${line} column ${column}.`
    issues.error("JSON_SYNTAX_ERROR", words, { path: [], span: { start: position, end: position } })
    return issues.all
  }
  checkPolicy(tree, { issues, type, trust, version: versionOf(tree) })
  checkSize(text, tree, { issues, type })
  return issues.all
}

const versionOf = (tree: JsonNode): string => {
  const version = memberOf(tree, "Version")
  return (version && textOf(version)) ?? "2008-10-17"
}

function checkPolicy(tree: JsonNode, checked: Checked): void {
  const { issues } = checked
  if (!isType(tree, "object", issues)) return
  checkMembers(tree, POLICY_MEMBERS, issues)
  const version = memberOf(tree, "Version")
  if (!version)
    issues.warning(
      "MISSING_VERSION",
      "We recommend that you specify the Version element to help you with debugging permission issues.",
      tree,
    )
  else if (isType(version, "string", issues) && !VERSIONS.includes(version.value as string))
    issues.error(
      "INVALID_VERSION",
      `The version ${textOf(version)} is not valid. Use one of the following versions: ${VERSIONS.join(", ")}`,
      version,
    )
  const statement = memberOf(tree, "Statement")
  const statements = itemsOf(statement)
  if (statements.length === 0)
    issues.error("MISSING_STATEMENT", "Add a statement to the policy.", statement ?? tree)
  for (const one of statements) if (isType(one, "object", issues)) checkStatement(one, checked)
  checkSids(statements, checked)
}

function checkStatement(statement: JsonNode, checked: Checked): void {
  const { issues } = checked
  checkMembers(statement, STATEMENT_MEMBERS, issues)
  const effect = memberOf(statement, "Effect")
  if (!effect)
    issues.error(
      "MISSING_EFFECT",
      "Add an Effect element to the policy statement with a value of Allow or Deny.",
      statement,
    )
  else if (isType(effect, "string", issues) && !/^(?:Allow|Deny)$/.test(effect.value as string))
    issues.error(
      "INVALID_EFFECT",
      `The Effect ${textOf(effect)} is not valid. Use Allow or Deny.`,
      effect,
    )
  for (const name of ["Principal", "Action", "Resource"] as const) {
    const [one, other] = [memberOf(statement, name), memberOf(statement, `Not${name}`)]
    if (one && other)
      issues.error(
        "UNSUPPORTED_ELEMENT_COMBINATION",
        `The policy elements ${name} and Not${name} can not be used in the same statement. Remove one of these elements.`,
        one,
        other,
      )
  }
  checkPrincipals(statement, checked)
  checkActions(statement, checked)
  checkResources(statement, checked)
  checkConditions(statement, checked)
  checkDangers(statement, checked)
}

/** Of identities ids must be unique and plain; elsewhere they should be unique. */
function checkSids(statements: readonly JsonNode[], { issues, type }: Checked): void {
  const identity = type === "IDENTITY_POLICY"
  const seen = new Set<string>()
  for (const statement of statements) {
    const sid = memberOf(statement, "Sid")
    if (!sid || !isType(sid, "string", issues)) continue
    const text = sid.value as string
    if (text === "")
      issues.suggestion(
        "EMPTY_SID_VALUE",
        "Add a value to the empty string in the Sid element.",
        sid,
      )
    else if (identity && !/^[A-Za-z0-9]+$/.test(text))
      issues.error(
        "UNSUPPORTED_SID",
        "Update the characters in the Sid element to use one of the following character types: [a-z, A-Z, 0-9]",
        sid,
      )
    if (text !== "" && seen.has(text)) {
      if (identity)
        issues.error(
          "UNIQUE_SIDS_REQUIRED",
          "Duplicate statement IDs are not supported for this policy type. Update the Sid value.",
          sid,
        )
      else
        issues.warning(
          "UNIQUE_SIDS_RECOMMENDED",
          "We recommend that you use statement IDs that are unique to your policy. Update the Sid value.",
          sid,
        )
    }
    seen.add(text)
  }
}

function checkMembers(node: JsonNode, known: readonly string[], issues: Issues): void {
  for (const { name, key } of membersOf(node))
    if (!known.includes(name))
      issues.error("INVALID_POLICY_ELEMENT", `The policy element ${name} is not valid.`, key)
}

function checkSize(
  text: string,
  tree: JsonNode,
  { issues, type }: Pick<Checked, "issues" | "type">,
) {
  const size = charactersOf(text)
  if (type === "IDENTITY_POLICY" && size > IDENTITY_CHARACTERS)
    issues.warning(
      "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
      `The ${size} characters in the identity policy, excluding whitespace, exceed the character maximum for inline and managed policies. We recommend that you use multiple granular policies.`,
      tree,
    )
  if (type === "RESOURCE_POLICY" && size > RESOURCE_CHARACTERS)
    issues.warning(
      "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
      `The ${size} characters in the resource policy exceed the character maximum for resource policies. We recommend that you use multiple granular policies.`,
      tree,
    )
}
