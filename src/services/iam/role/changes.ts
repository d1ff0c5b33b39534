import { onRole } from "../access.ts"
import { op, type Out } from "../define.ts"
import { readTrustDocument } from "../policy/document.ts"
import { listedRole } from "./answer.ts"
import { changeableRole } from "./changeable.ts"
import { DEFAULT_SESSION_SECONDS, findRole, roles } from "./role.ts"

/**
 * "If you do not specify a value for this setting, the default value of one hour is applied." Of a
 * service-linked role one may edit the description ("Create a service-linked role"); that its
 * session's length is refused is not verified.
 */
export const UpdateRole = op.write("UpdateRole", {
  authorize: onRole,
  run(tx, input, { account }): Out<"UpdateRole"> {
    const role =
      input.MaxSessionDuration === undefined
        ? findRole(tx, account, input.RoleName)
        : changeableRole(tx, account, input.RoleName)
    tx.replace(roles, role, {
      ...role,
      description: input.Description ?? role.description,
      maxSessionSeconds: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
    })
    return {}
  },
})

export const UpdateRoleDescription = op.write("UpdateRoleDescription", {
  authorize: onRole,
  run(tx, { RoleName, Description: description }, { account }): Out<"UpdateRoleDescription"> {
    const role = findRole(tx, account, RoleName)
    const changed = { ...role, description }
    tx.replace(roles, role, changed)
    return { Role: listedRole(tx, changed) }
  },
})

export const UpdateAssumeRolePolicy = op.write("UpdateAssumeRolePolicy", {
  authorize: onRole,
  run(tx, { RoleName, PolicyDocument }, { account }): Out<"UpdateAssumeRolePolicy"> {
    const role = changeableRole(tx, account, RoleName)
    const trust = readTrustDocument(tx, account, PolicyDocument)
    tx.replace(roles, role, { ...role, trust })
    return {}
  },
})
