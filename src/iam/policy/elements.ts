import type { PolicyKind, PolicyRules, Statement } from "./document.ts"
import { legacyError, PolicyRefusal } from "./refusal.ts"

type Statements = readonly Pick<Statement, "action" | "notAction" | "resource" | "notResource">[]

const ARN_PARTS = 6
const PARTITIONS: ReadonlySet<string> = Object.freeze(
  new Set([
    "*",
    "aws",
    "aws-cn",
    "aws-us-gov",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-eusc",
  ]),
)
const IAM_PATHS = [
  "user/",
  "federated-user/",
  "role/",
  "group/",
  "instance-profile/",
  "mfa/",
  "server-certificate/",
  "policy/",
  "sms-mfa/",
  "saml-provider/",
  "oidc-provider/",
  "report/",
  "access-report/",
]
/** Policies of identities must say which resources they mean; those of resources need not. */
const RESOURCE_NEEDED: ReadonlySet<PolicyKind> = Object.freeze(
  new Set<PolicyKind>(["identity", "session", "boundary", "scp", "rcp", "endpoint"]),
)

/** Throws PolicyRefusal for resources that are neither `*` nor ARNs that AWS can read. */
export function checkResources(
  statements: Statements,
  { kind, strayResources }: Pick<PolicyRules, "kind" | "strayResources">,
): void {
  const named = statements.flatMap(({ resource, notResource }) => resource ?? notResource ?? [])
  if (kind === "trust") {
    if (statements.some(({ resource, notResource }) => resource ?? notResource))
      throw new PolicyRefusal("Has prohibited field Resource")
    return
  }
  for (const text of named) if (failsLegacyParsing(text)) throw legacyError()
  for (const text of named) if (!strayResources || text.includes(":")) assertResource(text)
}

/** Recorded: an ARN of AWS's with a vendor and some, but not all, of the six parts. */
function failsLegacyParsing(text: string): boolean {
  const parts = text.split(":")
  if (parts[0] !== "arn" || !(parts[1] === "*" || parts[1]?.startsWith("aws"))) return false
  if (/[*?]$/.test(text) && parts.length < ARN_PARTS) return false
  return parts.length >= 4 && (parts.length < ARN_PARTS || parts[2] === "")
}

function assertResource(text: string): void {
  if (text === "*") return
  const parts = text.split(":")
  if (parts.length < 2) throw new PolicyRefusal(`Resource ${text} must be in ARN format or "*".`)
  const [, partition = "", vendor, region] = parts
  if (!PARTITIONS.has(partition) && !/[*?$]/.test(partition)) {
    const rest = [...parts.slice(1), "*", "*", "*", "*", "*"].slice(
      0,
      Math.max(ARN_PARTS, parts.length) - 1,
    )
    throw new PolicyRefusal(
      `Partition "${partition}" is not valid for resource "arn:${rest.join(":")}".`,
    )
  }
  if (vendor === undefined && !/[*?]/.test(partition))
    throw new PolicyRefusal("Resource vendor must be fully qualified and cannot contain regexes.")
  if (vendor === "iam") assertIamResource(text, parts)
  if (vendor === "s3" && region !== undefined && !/^(?:\*|)$/.test(region) && isBucket(parts))
    throw new PolicyRefusal(`Resource ${text} can not contain region information.`)
}

/** Access points and the like do have a Region. */
const isBucket = (parts: readonly string[]): boolean => parts[4] === "" && parts.length >= ARN_PARTS

function assertIamResource(text: string, parts: readonly string[]): void {
  const [, , , region = "", , ...rest] = parts
  if (region !== "" && region !== "*")
    throw new PolicyRefusal(`IAM resource ${text} cannot contain region information.`)
  const path = rest.join(":")
  if (rest.length === 0 || path === "root" || /[*?$]/.test(path.split("/")[0] as string)) return
  if (!IAM_PATHS.some((start) => path.startsWith(start)))
    throw new PolicyRefusal(
      `IAM resource path must either be "*" or start with ${IAM_PATHS.join(", ")}.`,
    )
}

/** Throws PolicyRefusal where actions are missing or have no service, then where resources are. */
export function checkActions(statements: Statements, kind: PolicyKind): void {
  for (const { action, notAction } of statements) {
    const actions = action ?? notAction ?? []
    if (actions.length === 0)
      throw new PolicyRefusal(
        kind === "trust" || kind === "resource"
          ? "Missing required field Action"
          : "Policy statement must contain actions.",
      )
    for (const text of actions) assertAction(text)
    if (kind === "trust") assertTrustActions(actions)
  }
  if (!RESOURCE_NEEDED.has(kind)) return
  for (const { resource, notResource } of statements) {
    if ((resource ?? notResource ?? []).length === 0)
      throw new PolicyRefusal("Policy statement must contain resources.")
  }
}

function assertAction(text: string): void {
  if (text === "*") return
  const [vendor = "", ...rest] = text.split(":")
  if (rest.length === 0)
    throw new PolicyRefusal(
      "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    )
  if (rest.length > 1) throw new PolicyRefusal("Actions/Condition can contain only one colon.")
  if (!/^[\w.*?-]+$/.test(vendor)) throw new PolicyRefusal(`Vendor ${vendor} is not valid`)
}

function assertTrustActions(actions: readonly string[]): void {
  for (const action of actions) {
    if (!/^sts:/i.test(action))
      throw new PolicyRefusal("AssumeRole policy may only specify STS AssumeRole actions.")
  }
}
