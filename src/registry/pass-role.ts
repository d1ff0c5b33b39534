import type { AccessRequest } from "../iam/access.ts"
import { parseArn } from "./arn.ts"

/**
 * What an operation asks besides its own action where the caller hands a role to a service ("Grant a
 * user permissions to pass a role to an AWS service"): to be spread into its list of requests.
 * `service` is who will assume the role, `ec2.amazonaws.com`; `associated` what the role will serve,
 * of services that tell it (`iam:AssociatedResourceArn`). Nothing without a role, and for what is no
 * role's ARN: that, the operation refuses (`isRoleArn`). The role's tags have no say: "this approach
 * does not have reliable results".
 */
export function passRole(
  role: string | undefined,
  service: string,
  associated?: string,
): readonly AccessRequest[] {
  const owner = role === undefined ? undefined : accountOfRole(role)
  if (role === undefined || owner === undefined) return []
  const context = {
    "iam:PassedToService": service,
    ...(associated !== undefined && { "iam:AssociatedResourceArn": associated }),
  }
  return [{ action: "iam:PassRole", resource: role, owner, context }]
}

/** Whether a text is the ARN of a role: what is not, nobody can hand over. */
export const isRoleArn = (text: string): boolean => accountOfRole(text) !== undefined

function accountOfRole(text: string): string | undefined {
  const { service, account = "", resource = "" } = parseArn(text) ?? {}
  const isRole = service === "iam" && resource.startsWith("role/") && /^\d/.test(account)
  return isRole ? account : undefined
}
