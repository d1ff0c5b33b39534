import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { findMember, memberOf } from "../account/account.ts"
import { accountMember } from "../account/answer.ts"
import { op, type Out } from "../define.ts"
import { alreadyRegistered, constraint, notRegistered } from "../errors.ts"
import { MOST_ACCOUNTS, SERVICES } from "../limits.ts"
import { pageOfList } from "../paging.ts"
import { governedOrganization } from "../rights.ts"
import { assertService, isTrusted } from "../service-access/trusted-service.ts"
import { nodeAsked, onNode } from "../tree/arns.ts"
import { delegates, type Delegate } from "./delegate.ts"

interface Named {
  readonly AccountId?: string | undefined
  readonly ServicePrincipal?: string | undefined
}

const onDelegate = (tx: ReadTx, input: Named, call: Call): AccessRequest => {
  const { AccountId: account, ServicePrincipal: service } = input
  return accessTo(tx, input, {
    ...(account !== undefined && nodeAsked(tx, call, account)),
    ...(service !== undefined && { context: { "organizations:ServicePrincipal": service } }),
    call,
  })
}

export const RegisterDelegatedAdministrator = op.write("RegisterDelegatedAdministrator", {
  authorize: onDelegate,
  run(tx, { AccountId, ServicePrincipal }, call): Out<"RegisterDelegatedAdministrator"> {
    const organization = governedOrganization(tx, call)
    const { id: organizationId, featureSet, managementAccount } = organization
    assertService(ServicePrincipal)
    if (featureSet !== "ALL") throw constraint("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE")
    const member = findMember(tx, organization, AccountId)
    if (member.id === managementAccount)
      throw constraint("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR")
    if (member.state !== "ACTIVE")
      throw constraint("CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR")
    if (tx.get(delegates, [organizationId, member.id, ServicePrincipal])) throw alreadyRegistered()
    if (!isTrusted(tx, organizationId, ServicePrincipal))
      throw constraint("SERVICE_ACCESS_NOT_ENABLED")
    tx.insert(delegates, {
      ...{ organizationId, account: member.id },
      ...{ service: ServicePrincipal, enabledMs: tx.now },
    })
    return {}
  },
})

export const DeregisterDelegatedAdministrator = op.write("DeregisterDelegatedAdministrator", {
  authorize: onDelegate,
  run(tx, { AccountId, ServicePrincipal }, call): Out<"DeregisterDelegatedAdministrator"> {
    const organization = governedOrganization(tx, call)
    assertService(ServicePrincipal)
    const { id } = findMember(tx, organization, AccountId)
    if (!tx.delete(delegates, [organization.id, id, ServicePrincipal])) throw notRegistered()
    return {}
  },
})

/** Each account once, since the first of its services. */
export const ListDelegatedAdministrators = op.read("ListDelegatedAdministrators", {
  authorize: onDelegate,
  run(tx, input, call): Out<"ListDelegatedAdministrators"> {
    const { id } = governedOrganization(tx, call)
    const since = new Map<string, number>()
    for (const { account, enabledMs } of delegatesOf(tx, id, input.ServicePrincipal))
      since.set(account, Math.min(enabledMs, since.get(account) ?? enabledMs))
    const { items, more } = pageOfList([...since], ([account]) => account, input)
    return {
      DelegatedAdministrators: items.flatMap(([account, DelegationEnabledDate]) => {
        const member = memberOf(tx, account)
        return member ? [{ ...accountMember(member), DelegationEnabledDate }] : []
      }),
      ...more,
    }
  },
})

const delegatesOf = (tx: ReadTx, id: string, service?: string): readonly Delegate[] =>
  service === undefined
    ? tx.scan(delegates, { prefix: [id], limit: MOST_ACCOUNTS }).rows
    : tx.scan(delegates, { index: "byService", prefix: [id, service], limit: MOST_ACCOUNTS }).rows

export const ListDelegatedServicesForAccount = op.read("ListDelegatedServicesForAccount", {
  authorize: onNode("AccountId"),
  run(tx, input, call): Out<"ListDelegatedServicesForAccount"> {
    const organization = governedOrganization(tx, call)
    const { id } = findMember(tx, organization, input.AccountId)
    const all = tx.scan(delegates, { prefix: [organization.id, id], limit: SERVICES }).rows
    if (all.length === 0) throw notRegistered()
    const { items, more } = pageOfList(all, ({ service }) => service, input)
    return {
      DelegatedServices: items.map(({ service, enabledMs }) => ({
        ServicePrincipal: service,
        DelegationEnabledDate: enabledMs,
      })),
      ...more,
    }
  },
})
