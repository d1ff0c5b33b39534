import { itemsOf, memberOf, membersOf, textOf, type JsonNode } from "./json-tree.ts"
import type { Checked } from "./checked.ts"

const KEYS = ["AWS", "Service", "Federated", "CanonicalUser"]

/** Whether principals stand where they must, and only there. */
export function checkPrincipals(statement: JsonNode, { issues, type }: Checked): void {
  const principal = memberOf(statement, "Principal")
  const element = principal ?? memberOf(statement, "NotPrincipal")
  const needed = type === "RESOURCE_POLICY" || type === "RESOURCE_CONTROL_POLICY"
  if (!element) {
    if (needed)
      issues.error(
        "MISSING_PRINCIPAL",
        "Add a Principal element to the policy statement.",
        statement,
      )
    return
  }
  if (!needed) {
    issues.error(
      "UNSUPPORTED_PRINCIPAL",
      `The policy type ${type} does not support the Principal element. Remove the Principal element.`,
      element,
    )
    return
  }
  const effect = memberOf(statement, "Effect")
  if (!principal && (effect && textOf(effect)) === "Allow")
    issues.securityWarning(
      "ALLOW_WITH_NOT_PRINCIPAL",
      "Using Allow with NotPrincipal can be overly permissive. We recommend that you use Principal instead.",
      element,
    )
  checkKinds(element, issues)
}

function checkKinds(element: JsonNode, issues: Checked["issues"]): void {
  if (textOf(element) === "*") return
  if (element.type !== "object") {
    issues.error(
      "INVALID_PRINCIPAL_FORMAT",
      "The Principal element contents are not valid. Specify a key-value pair in the Principal element.",
      element,
    )
    return
  }
  for (const { name, key, node } of membersOf(element)) {
    if (!KEYS.includes(name)) {
      issues.error("INVALID_PRINCIPAL_KEY", `The principal key ${name} is not valid.`, key)
      continue
    }
    for (const item of itemsOf(node)) {
      const text = textOf(item) ?? ""
      if (/[*?]/.test(text) && !(name === "AWS" && text === "*"))
        issues.error(
          "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
          `Wildcards (*, ?) are not supported with the principal key ${name}. Replace the wildcard with a valid principal value.`,
          item,
        )
    }
  }
}
