import type { AccessRequest } from "../../iam/access.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { requestTagKeys, resourceTagKeys } from "../../registry/authorize.ts"
import type { Call } from "../../registry/call.ts"
import { iamArnOf } from "./grant.ts"
import { groupArn, groups } from "./group/group.ts"
import { arnOf, nameKey, type NamedKind } from "./names.ts"
import { ownPolicy } from "./policy/policy.ts"
import { roleArn, roles } from "./role/role.ts"
import { tagRecord, type Tag } from "./tags.ts"
import { userArn, users } from "./user/user.ts"

/** The members of inputs that policies can be about. */
interface Asked {
  readonly UserName?: string | undefined
  readonly GroupName?: string | undefined
  readonly RoleName?: string | undefined
  readonly PolicyName?: string | undefined
  readonly PolicyArn?: string | undefined
  readonly Path?: string | undefined
  readonly PermissionsBoundary?: string | undefined
  readonly Tags?: readonly Tag[] | undefined
  readonly TagKeys?: readonly string[] | undefined
}

type Ask = (tx: ReadTx, input: Asked, call: Call) => AccessRequest

/**
 * The named user; without a name the caller's own. The action is the operation's name ("Actions …
 * for AWS IAM", service authorization reference).
 */
export const onUser: Ask = (tx, input, call) => {
  const { account } = call
  const name = input.UserName ?? callerName(call)
  if (name === undefined)
    return request(input, call, { resource: iamArnOf(call, "root"), tags: [] })
  const user = tx.get(users, [account, nameKey(name)])
  const resource = user ? userArn(user) : newArn("user", { name, path: input.Path }, call)
  return request(input, call, { resource, tags: user?.tags, boundary: user?.boundary })
}

/** A session stands for a user of its name (seen in denials of AWS); the root has none. */
function callerName({ principal }: Call): string | undefined {
  if (principal.type === "assumed-role") return principal.sessionName
  return "userName" in principal ? principal.userName : undefined
}

export const onGroup: Ask = (tx, input, call) => {
  const name = input.GroupName ?? ""
  const group = tx.get(groups, [call.account, nameKey(name)])
  const resource = group ? groupArn(group) : newArn("group", { name, path: input.Path }, call)
  return request(input, call, { resource })
}

export const onRole: Ask = (tx, input, call) => {
  const name = input.RoleName ?? ""
  const role = tx.get(roles, [call.account, nameKey(name)])
  const resource = role ? roleArn(role) : newArn("role", { name, path: input.Path }, call)
  return request(input, call, { resource, tags: role?.tags, boundary: role?.boundary })
}

/** The policy of `PolicyArn`, or the one that is to be made. */
export const onPolicy: Ask = (tx, input, call) => {
  const { PolicyArn: arn, PolicyName: name = "", Path: path } = input
  if (arn === undefined)
    return request(input, call, { resource: newArn("policy", { name, path }, call) })
  const { PolicyArn: _arn, ...rest } = input
  return request(rest, call, { resource: arn, tags: ownPolicy(tx, call.account, arn)?.tags })
}

const newArn = (
  kind: NamedKind,
  { name, path = "/" }: { readonly name: string; readonly path?: string | undefined },
  { account, partition }: Call,
): string => arnOf(kind, { account, partition, path, name })

interface Named {
  readonly resource: string
  readonly tags?: readonly Tag[] | undefined
  /**
   * The boundary that the user or role has: "iam:PermissionsBoundary … checks that the specified
   * policy is attached as permissions boundary on the IAM principal resource".
   */
  readonly boundary?: string | undefined
}

function request(
  input: Asked,
  call: Call,
  { resource, tags = [], boundary }: Named,
): AccessRequest {
  const { PolicyArn, PermissionsBoundary = boundary } = input
  return {
    action: `iam:${call.operation}`,
    resource,
    owner: call.account,
    context: {
      ...(PolicyArn !== undefined && { "iam:PolicyARN": PolicyArn }),
      ...(PermissionsBoundary !== undefined && {
        "iam:PermissionsBoundary": PermissionsBoundary,
      }),
      ...requestTagKeys(input),
      ...resourceTagKeys(tagRecord(tags), "iam:ResourceTag"),
    },
  }
}
