import { onAuthority } from "../access.ts"
import { authorityArn, findAuthority } from "../authority/authority.ts"
import { assertNotDeleted } from "../authority/state.ts"
import { op, type Out } from "../define.ts"
import { invalid, noSuch, permissionExists } from "../errors.ts"
import { PAGE } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { permissionKey, permissions, type Permission } from "./permission.ts"

/** "At this time, the only valid principal is acm.amazonaws.com." */
const ACM = "acm.amazonaws.com"

/** Throws what the model has no error for. */
function assertPrincipal(principal: string): void {
  if (principal !== ACM) throw invalid(`The principal ${principal} is not valid.`)
}

export const CreatePermission = op.write("CreatePermission", {
  authorize: onAuthority,
  run(tx, input, call): Out<"CreatePermission"> {
    const authority = findAuthority(tx, input.CertificateAuthorityArn, call)
    assertNotDeleted(authority)
    const { Principal: principal, SourceAccount: sourceAccount = authority.account } = input
    assertPrincipal(principal)
    if (tx.get(permissions, permissionKey(authority, principal, sourceAccount)))
      throw permissionExists()
    const { account, region, id } = authority
    const actions = [...new Set(input.Actions)] as Permission["actions"]
    tx.put(permissions, {
      ...{ account, region, id, principal, sourceAccount, actions },
      createdMs: tx.now,
    })
    return {}
  },
})

export const DeletePermission = op.write("DeletePermission", {
  authorize: onAuthority,
  run(tx, input, call): Out<"DeletePermission"> {
    const authority = findAuthority(tx, input.CertificateAuthorityArn, call)
    assertNotDeleted(authority)
    const { Principal: principal, SourceAccount: source = authority.account } = input
    assertPrincipal(principal)
    if (!tx.delete(permissions, permissionKey(authority, principal, source)))
      throw noSuch(`There is no permission of ${principal} for ${authorityArn(authority)}.`)
    return {}
  },
})

export const ListPermissions = op.read("ListPermissions", {
  authorize: onAuthority,
  run(tx, input, call): Out<"ListPermissions"> {
    const authority = findAuthority(tx, input.CertificateAuthorityArn, call)
    assertNotDeleted(authority)
    const { account, region, id } = authority
    const { rows } = tx.scan(permissions, { prefix: [account, region, id], limit: PAGE })
    const { items, more } = pageOf(rows, input, PAGE)
    return {
      Permissions: items.map((one) => ({
        CertificateAuthorityArn: authorityArn(authority),
        ...{ CreatedAt: one.createdMs, Principal: one.principal },
        ...{ SourceAccount: one.sourceAccount, Actions: [...one.actions] },
      })),
      ...more,
    }
  },
})
