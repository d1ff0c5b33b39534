import type { AccessRequest } from "../../iam/access.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { askToTag, requestTagKeys, resourceTagKeys, type Ask } from "../../registry/authorize.ts"
import type { Call } from "../../registry/call.ts"
import { tagRecord, type Tag } from "./tags.ts"

/** What is asked for: a resource's ARN, and its tags where it has some. */
interface Asked {
  readonly arn: string
  readonly tags?: readonly Tag[] | undefined
}

/** The caller may do what the operation's name says, on no resource in particular. */
export const onAccount = (_tx: ReadTx, input: object, call: Call): AccessRequest =>
  accessTo({ arn: "*" }, input, call)

/** Lists ask for the path that they look under (as denials of AWS tell it): `user/`, `role/apps/`. */
export const onPath =
  (kind: "user" | "role" | "group" | "instance-profile") =>
  (_tx: ReadTx, input: { readonly PathPrefix?: string | undefined }, call: Call): AccessRequest =>
    accessTo({ arn: iamArnOf(call, kind + (input.PathPrefix ?? "/")) }, {}, call)

/** The access that an operation on a resource needs. */
export function accessTo(
  { arn, tags = [] }: Asked,
  input: object,
  { operation, account }: Call,
): AccessRequest {
  return {
    action: `iam:${operation}`,
    resource: arn,
    owner: account,
    context: {
      ...requestTagKeys(input),
      ...resourceTagKeys(tagRecord(tags), "iam:ResourceTag"),
    },
  }
}

/**
 * What is made with tags needs the permission to tag it, too: recorded of CreateRole, where AWS
 * refuses `iam:TagRole`; of the others "Tagging IAM …" (IAM user guide, permissions required).
 */
export const withTagging = <Input extends object>(action: string, ask: Ask<Input>) =>
  askToTag(`iam:${action}`, ask)

/** Renaming needs the permission on what is and on what shall be ("UpdateUser", API reference). */
export const renaming = (request: AccessRequest, target: string): readonly AccessRequest[] =>
  request.resource === target ? [request] : [request, { ...request, resource: target }]

/** IAM's ARN of a resource of the caller's account: IAM knows no Regions. */
export const iamArnOf = ({ partition, account }: Call, resource: string): string =>
  `arn:${partition}:iam::${account}:${resource}`
