import type { AccessRequest } from "../access.ts"
import { actionsOf, conditionKeyType, findAction, keyMatches, type Action } from "./actions.ts"
import { isOfFormat, isOfType } from "./documented-keys.ts"
import { operationActions, type OperationName } from "./operation-actions.ts"

/**
 * What is wrong with that which an operation asks, by AWS's list of actions: nothing is asked, the
 * operation's own action is not among it, AWS knows no such action, the action is not about such a
 * resource, or its requests have no such condition key. Undefined where all is well.
 */
export function accessFault(
  name: OperationName,
  asked: readonly AccessRequest[],
): string | undefined {
  if (asked.length === 0) return "asks nothing"
  const wanted = operationActions(name)
  if (!asked.some(({ action }) => wanted.includes(action)))
    return `asks ${asked.map(({ action }) => action).join(", ")}, not ${wanted.join(" or ")}`
  for (const request of asked) {
    const fault = requestFault(request)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** Whether AWS's list has an action for the operation. */
export const isMapped = (name: OperationName): boolean =>
  operationActions(name).every((action) => findAction(action) !== undefined)

function requestFault({ action: name, resource, context = {} }: AccessRequest): string | undefined {
  const action = findAction(name)
  if (!action) return `AWS has no action ${name}`
  if (!isResourceOf(action, resource)) return `${name} is not about ${resource}`
  for (const key of Object.keys(context))
    // A tag without a name is asked about before it is refused.
    if (!isKeyOf(action, key.endsWith("/") ? `${key}name` : key))
      return `${name} has no condition key ${key}`
  return undefined
}

/** Resources that AWS's list leaves out though its guides have policies with them. */
const NOT_LISTED: Readonly<Record<string, readonly string[]>> = {
  // "Pass session tags in AWS STS": GetFederationToken needs it too.
  "sts:TagSession": ["arn:*:sts::*:federated-user/*"],
  // "Controlling access to a bucket with user policies" allows it on this, not on `*`.
  "s3:ListAllMyBuckets": ["arn:*:s3:::*"],
  // The path that is looked under (as denials of AWS tell it).
  "iam:ListUsers": ["arn:*:iam::*:user/*"],
  "iam:ListRoles": ["arn:*:iam::*:role/*"],
  "iam:ListGroups": ["arn:*:iam::*:group/*"],
  "iam:ListInstanceProfiles": ["arn:*:iam::*:instance-profile/*"],
  // With `AllUsers` it is about none of them.
  "iam:ListServiceSpecificCredentials": ["*"],
  // The list has these as a type of resource, but no action that is about it.
  "organizations:AttachPolicy": ["arn:*:organizations::aws:policy/*"],
  "organizations:DetachPolicy": ["arn:*:organizations::aws:policy/*"],
  "organizations:DeletePolicy": ["arn:*:organizations::aws:policy/*"],
  "organizations:UpdatePolicy": ["arn:*:organizations::aws:policy/*"],
  "organizations:DescribePolicy": ["arn:*:organizations::aws:policy/*"],
  "organizations:ListTargetsForPolicy": ["arn:*:organizations::aws:policy/*"],
}

/** `*` is for actions that need no resource, an ARN for those that have one of its form. */
function isResourceOf(action: Action, resource: string): boolean {
  if (
    (NOT_LISTED[`${action.service}:${action.name}`] ?? []).some((one) => isOfFormat(one)(resource))
  )
    return true
  // The root user is a user, with an ARN of its own.
  if (action.resources.some(({ type }) => type === "user") && /:iam::\d+:root$/.test(resource))
    return true
  if (resource === "*") return !action.resources.some(({ required }) => required)
  return action.resources.some(({ type }) => isOfType(action, type, resource))
}

/** A global key, or one of the service's: AWS's list of each action's own keys is not complete. */
function isKeyOf({ service, conditionKeys }: Action, key: string): boolean {
  if (conditionKeyType(key) !== undefined) return true
  const keys = actionsOf(service)?.keys ?? new Map<string, string>()
  return [...conditionKeys, ...keys.keys()].some((one) => keyMatches(one, key))
}
