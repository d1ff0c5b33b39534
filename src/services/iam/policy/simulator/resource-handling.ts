import { invalidInput } from "../../errors.ts"

const INSTANCE = ["instance", "image", "security-group"] as const

/** The resources that a scenario of RunInstances has ("SimulateCustomPolicy", API reference). */
const SCENARIOS: Readonly<Record<string, readonly string[]>> = {
  "EC2-Classic-InstanceStore": INSTANCE,
  "EC2-Classic-EBS": [...INSTANCE, "volume"],
  "EC2-VPC-InstanceStore": [...INSTANCE, "network-interface"],
  "EC2-VPC-InstanceStore-Subnet": [...INSTANCE, "network-interface", "subnet"],
  "EC2-VPC-EBS": [...INSTANCE, "network-interface", "volume"],
  "EC2-VPC-EBS-Subnet": [...INSTANCE, "network-interface", "subnet", "volume"],
}

/** Throws InvalidInput for no scenario, and for one whose resources are not all given. */
export function assertScenario(option: string, resources: readonly string[]): void {
  const needed = Object.hasOwn(SCENARIOS, option) ? SCENARIOS[option] : undefined
  // The words are not verified.
  if (!needed) throw invalidInput(`Invalid ResourceHandlingOption: ${option}`)
  const given = new Set(
    resources.map((arn) => /^arn:[^:]*:ec2:[^:]*:[^:]*:([^/]+)\//.exec(arn)?.[1]),
  )
  const missing = needed.filter((type) => !given.has(type))
  if (missing.length > 0)
    throw invalidInput(`${option} requires ResourceArns of the types: ${missing.join(", ")}`)
}
