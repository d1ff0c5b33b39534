import type { Decision, PolicyType } from "./decision.ts"

/** ("Troubleshooting access denied error messages".) */
const TYPES: Readonly<Record<PolicyType, readonly [none: string, explicit: string]>> = {
  identity: ["no identity-based policy", "an identity-based policy"],
  resource: ["no resource-based policy", "a resource-based policy"],
  boundary: ["no permissions boundary", "a permissions boundary"],
  session: ["no session policy", "a session policy"],
  scp: ["no service control policy", "a service control policy"],
  rcp: ["no resource control policy", "a resource control policy"],
  endpoint: ["no VPC endpoint policy", "a VPC endpoint policy"],
  // The documentation's example of a missing Allow lacks its "no"; not verified.
  trust: ["no role trust policy", "the role trust policy"],
}

type Denied = Exclude<Decision, { allowed: true }>

/**
 * Why a request was denied, as the end of AWS's sentence: `because no session policy allows the
 * sqs:SendMessage action`, `with an explicit deny in a service control policy`.
 */
export function denialReason({ type, explicit }: Denied, action: string): string {
  const [none, one] = TYPES[type]
  return explicit
    ? `with an explicit deny in ${one}`
    : `because ${none} allows the ${action} action`
}

/** The whole sentence. An action without a resource names none. */
export function denialMessage(
  who: string,
  { action, resource }: { readonly action: string; readonly resource: string },
  reason: string,
): string {
  const on = resource === "*" ? "" : ` on resource: ${resource}`
  return `User: ${who} is not authorized to perform: ${action}${on} ${reason}`
}
