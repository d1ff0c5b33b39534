import type { Issues, PolicyType } from "./issue.ts"
import type { JsonNode } from "./json-tree.ts"

/** What all checks of a policy know. */
export interface Checked {
  readonly issues: Issues
  readonly type: PolicyType
  /** A role's trust policy: its resource is the role. */
  readonly trust: boolean
  readonly version: string
}

/** Reports what is not of the type that stands there. */
export function isType(node: JsonNode, type: JsonNode["type"], issues: Issues): boolean {
  if (node.type === type) return true
  const name = type.charAt(0).toUpperCase() + type.slice(1)
  issues.error(
    "DATA_TYPE_MISMATCH",
    `The text does not match the expected JSON data type ${name}.`,
    node,
  )
  return false
}
