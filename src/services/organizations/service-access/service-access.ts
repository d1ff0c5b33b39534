import { accessTo } from "../access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { op, type Out } from "../define.ts"
import { constraint } from "../errors.ts"
import { pageOfList } from "../paging.ts"
import { governedOrganization } from "../rights.ts"
import { onAnything } from "../access.ts"
import { assertService, isTrusted, trustedServices, trustedServicesOf } from "./trusted-service.ts"

interface Named {
  readonly ServicePrincipal: string
}

const onService = (tx: ReadTx, input: Named, call: Call) =>
  accessTo(tx, input, {
    context: { "organizations:ServicePrincipal": input.ServicePrincipal },
    call,
  })

/** "You can … only from … an organization that has enabled all features". */
export const EnableAWSServiceAccess = op.write("EnableAWSServiceAccess", {
  authorize: onService,
  run(tx, { ServicePrincipal: service }, call): Out<"EnableAWSServiceAccess"> {
    const { id: organizationId, featureSet } = governedOrganization(tx, call)
    assertService(service)
    if (featureSet !== "ALL") throw constraint("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE")
    if (!isTrusted(tx, organizationId, service))
      tx.insert(trustedServices, { organizationId, service, enabledMs: tx.now })
    return {}
  },
})

/** What is not enabled is disabled already. */
export const DisableAWSServiceAccess = op.write("DisableAWSServiceAccess", {
  authorize: onService,
  run(tx, { ServicePrincipal: service }, call): Out<"DisableAWSServiceAccess"> {
    const { id, featureSet } = governedOrganization(tx, call)
    assertService(service)
    if (featureSet !== "ALL") throw constraint("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE")
    tx.delete(trustedServices, [id, service])
    return {}
  },
})

export const ListAWSServiceAccessForOrganization = op.read("ListAWSServiceAccessForOrganization", {
  authorize: onAnything,
  run(tx, input, call): Out<"ListAWSServiceAccessForOrganization"> {
    const { id } = governedOrganization(tx, call)
    const { items, more } = pageOfList(trustedServicesOf(tx, id), ({ service }) => service, input)
    return {
      EnabledServicePrincipals: items.map(({ service, enabledMs }) => ({
        ServicePrincipal: service,
        DateEnabled: enabledMs,
      })),
      ...more,
    }
  },
})
