import { parsePolicy, type PolicyDocument } from "../../../iam/policy/document.ts"
import { PolicyRefusal } from "../../../iam/policy/refusal.ts"
import { MalformedPolicy } from "./language/document.ts"
import type { ControlType } from "./policy-type.ts"
import { supportsResourceControl } from "../../../iam/policy/resource-control.ts"

/**
 * Throws MalformedPolicy for what is no SCP ("SCP syntax": since 2025 all of IAM's language but
 * principals) or no RCP ("RCP syntax", and what is recorded of both).
 */
export function assertControlPolicy(type: ControlType, content: string): void {
  if (type === "SERVICE_CONTROL_POLICY") read(content, "scp")
  else assertResourceControl(read(content, "rcp"))
}

function read(content: string, kind: "scp" | "rcp"): PolicyDocument {
  try {
    return parsePolicy(content, { kind })
  } catch (error) {
    if (error instanceof PolicyRefusal) throw new MalformedPolicy()
    throw error
  }
}

/** "Allow is only supported for the RCPFullAWSAccess policy"; actions name a service that has RCPs. */
function assertResourceControl({ statements }: PolicyDocument): void {
  for (const { effect, action } of statements) {
    if (effect !== "Deny") throw new MalformedPolicy()
    if (!action?.every((one) => supportsResourceControl(one))) throw new MalformedPolicy()
  }
}
