import { actionsOf } from "../../../iam/actions/actions.ts"
import { overlap, patternOf } from "../../../iam/analysis/pattern.ts"
import type { Issues } from "./issue.ts"
import { itemsOf, memberOf, textOf, type JsonNode } from "./json-tree.ts"
import { redundantOf } from "./redundant.ts"
import { isType, type Checked } from "./checked.ts"

const PARTITIONS = [
  ...["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"],
]
const ARN_PARTS = 6

/** Whether there are resources, and whether they are ARNs of a form that the service has. */
export function checkResources(
  statement: JsonNode,
  { issues, type, trust, version }: Checked,
): void {
  const element = memberOf(statement, "Resource") ?? memberOf(statement, "NotResource")
  if (!element) {
    if (type !== "RESOURCE_POLICY" || !trust)
      issues.error(
        "MISSING_RESOURCE",
        "Add a Resource or NotResource element to the policy statement.",
        statement,
      )
    return
  }
  const items = itemsOf(element)
  if (items.length === 0)
    issues.suggestion(
      "EMPTY_ARRAY_RESOURCE",
      "This statement includes no resources and does not affect the policy. Specify resources.",
      element,
    )
  const texts = items.filter((item) => isType(item, "string", issues))
  for (const item of texts) {
    checkArn(item, issues)
    if (version !== "2012-10-17" && /\$\{[\w:]+\}/.test(textOf(item) ?? ""))
      issues.error(
        "VARIABLE_UNSUPPORTED_IN_VERSION",
        "To include variables in your policy, use the policy version 2012-10-17 or later.",
        item,
      )
  }
  checkRedundant(texts, issues)
}

function checkArn(item: JsonNode, issues: Issues): void {
  const text = textOf(item) ?? ""
  if (/^[*?]$/.test(text)) return
  const parts = text.split(":")
  if (parts[0] !== "arn" && !/[*?]/.test(parts[0] ?? "")) {
    issues.error("INVALID_ARN_PREFIX", "Add the required prefix (arn) to the resource ARN.", item)
    return
  }
  if (parts.length < ARN_PARTS) {
    if (!/[*?]$/.test(text))
      issues.error(
        "MISSING_ARN_FIELD",
        `Resource ARNs must include at least ${ARN_PARTS} fields in the following structure: arn:partition:service:region:account:resource`,
        item,
      )
    return
  }
  const [, partition = "", service = "", , account = ""] = parts
  if (isPlain(partition) && !PARTITIONS.includes(partition))
    issues.error(
      "INVALID_PARTITION",
      `The resource ARN for the service ${service} does not support the partition ${partition}. Use the supported values: ${PARTITIONS.join(", ")}`,
      item,
    )
  if (isPlain(account) && account !== "" && account !== "aws" && !/^\d{12}$/.test(account))
    issues.error(
      "INVALID_ARN_ACCOUNT",
      `The resource ARN account ID ${account} is not valid. Provide a 12-digit account ID.`,
      item,
    )
  else if (service !== service.toLowerCase())
    issues.error(
      "INVALID_ARN_SERVICE_CASE",
      `Update the service name ${service} in the resource ARN to use all lowercase letters.`,
      item,
    )
  else checkForm(item, parts, issues)
}

const isPlain = (text: string): boolean => !/[*?$]/.test(text)

/** Compares with the ARNs of the service's resource types. */
function checkForm(item: JsonNode, parts: readonly string[], issues: Issues): void {
  const [, , service = "", region = "", account = ""] = parts
  const formats = [...(actionsOf(service)?.resources.values() ?? [])]
    .map(({ arn }) => arn)
    .filter((arn) => arn.split(":")[2] === service)
  if (!isPlain(service) || formats.length === 0) return
  const part = (index: number): boolean => formats.every((arn) => arn.split(":")[index] === "")
  if (region !== "" && region !== "*" && part(3))
    issues.error(
      "ARN_REGION_NOT_ALLOWED",
      `The service ${service} does not support specifying a Region in the resource ARN.`,
      item,
    )
  else if (account !== "" && account !== "*" && part(4))
    issues.error(
      "ARN_ACCOUNT_NOT_ALLOWED",
      `The service ${service} does not support specifying an account ID in the resource ARN.`,
      item,
    )
  else if (!formats.some((arn) => overlap(patternOf(textOf(item) ?? ""), patternOf(arn))))
    issues.error(
      "INVALID_ARN_RESOURCE",
      "Resource ARN does not match the expected ARN format. Update the resource portion of the ARN.",
      item,
    )
}

function checkRedundant(items: readonly JsonNode[], issues: Issues): void {
  const redundant = redundantOf(items, (text) => text)
  if (redundant.length > 0)
    issues.suggestion(
      "REDUNDANT_RESOURCE",
      `The ${redundant.length} resource ARN(s) are redundant because they reference the same resource. Review the use of wildcards (*)`,
      ...redundant,
    )
}
