import { onRole } from "../access.ts"
import { op, type Out } from "../define.ts"
import { invalidInput } from "../errors.ts"
import { onPath, withTagging } from "../grant.ts"
import { forgetUses } from "../last-use/use.ts"
import { pageByName, underPath } from "../paging.ts"
import { assertBoundary } from "../policy/boundary.ts"
import { readTrustDocument } from "../policy/document.ts"
import { withTags } from "../tags.ts"
import { createdRole, listedRole, roleMember } from "./answer.ts"
import { changeableRole, SERVICE_LINKED } from "./changeable.ts"
import { assertNothingLeft } from "./conflicts.ts"
import { createRole } from "./create.ts"
import { DEFAULT_SESSION_SECONDS, findRole, roleArn, roles } from "./role.ts"
import { settleTrusts } from "./trusting.ts"

export const CreateRole = op.write("CreateRole", {
  authorize: withTagging("TagRole", onRole),
  run(tx, input, { account, partition }): Out<"CreateRole"> {
    const { PermissionsBoundary: boundary } = input
    const trust = readTrustDocument(tx, account, input.AssumeRolePolicyDocument)
    assertBoundary(tx, account, boundary)
    if (input.Path?.startsWith(SERVICE_LINKED))
      // As users of AWS quote it.
      throw invalidInput(
        `Path prefix '${SERVICE_LINKED}' can only be used for AWS Service linked Roles`,
      )
    const role = createRole(tx, {
      ...{ account, partition, trust, boundary },
      name: input.RoleName,
      path: input.Path ?? "/",
      description: input.Description,
      maxSessionSeconds: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
      tags: withTags([], input.Tags),
    })
    return { Role: createdRole(tx, role) }
  },
})

export const GetRole = op.read("GetRole", {
  authorize: onRole,
  run(tx, { RoleName }, { account }): Out<"GetRole"> {
    return { Role: roleMember(tx, findRole(tx, account, RoleName)) }
  },
})

export const ListRoles = op.read("ListRoles", {
  authorize: onPath("role"),
  run(tx, input, { account }): Out<"ListRoles"> {
    const { items, more } = pageByName(tx, roles, {
      account,
      request: input,
      matches: underPath(input.PathPrefix),
    })
    return { Roles: items.map((role) => listedRole(tx, role)), ...more }
  },
})

export const DeleteRole = op.write("DeleteRole", {
  authorize: onRole,
  run(tx, { RoleName }, { account }): Out<"DeleteRole"> {
    const role = changeableRole(tx, account, RoleName)
    assertNothingLeft(tx, role)
    forgetUses(tx, role)
    tx.remove(roles, role)
    settleTrusts(tx, roleArn(role), role.id)
    return {}
  },
})
