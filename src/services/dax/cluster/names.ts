import { isRoleArn } from "../../../registry/pass-role.ts"
import { badValue } from "../errors.ts"
import { CLUSTER_NAME_LENGTH } from "../limits.ts"

/** Throws InvalidParameterValueException; the words are quoted from AWS. */
export function assertClusterName(name: string): void {
  const isName = /^[a-z][a-z0-9-]*$/i.test(name) && !name.endsWith("-") && !name.includes("--")
  if (!isName || name.length > CLUSTER_NAME_LENGTH)
    throw badValue(
      "Cluster ID specified is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.",
    )
}

/** The parts of an ARN, and what AWS says of the first one that is missing (quoted). */
const ARN_PARTS = [
  "Second colon partition not found",
  "Third colon vendor not found",
  "Fourth colon (region/namespace delimiter) not found",
  "Fifth colon (namespace/relative-id delimiter) not found",
] as const

/** Throws InvalidParameterValueException. */
export function assertRoleArn(arn: string): void {
  if (!arn.startsWith("arn:")) throw badValue(`ARNs must start with 'arn:': ${arn}`)
  const parts = arn.split(":")
  const missing = ARN_PARTS[parts.length - 2]
  if (missing) throw badValue(`${missing}: ${arn}`)
  if (!isRoleArn(arn)) throw badValue(`${arn} is not the ARN of an IAM role.`)
}

/** ("DAX pricing" and "Choosing a node type".) */
const SIZES: Readonly<Record<string, readonly string[]>> = {
  t2: ["small", "medium"],
  t3: ["small", "medium"],
  r4: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge"],
  r5: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"],
  r7i: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"],
}

/** Throws InvalidParameterValueException for a node type that AWS does not have. */
export function assertNodeType(type: string): void {
  const [, family = "", size = ""] = /^dax\.(\w+)\.(\w+)$/.exec(type) ?? []
  if (!Object.hasOwn(SIZES, family) || !SIZES[family]?.includes(size))
    throw badValue(`Invalid node type: ${type}.`)
}
