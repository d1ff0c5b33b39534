import { op, type Out } from "../define.ts"
import { ROOT_NAME, rootArn, rootOf } from "../root/root.ts"
import type { Organization } from "../organization/organization.ts"
import { governedOrganization } from "../rights.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { onTyped } from "./access.ts"
import { disable, enable, isEnabled, noteChange } from "./enabled.ts"
import { rootMissing, typeEnabledAlready, typeNotAvailable, typeNotEnabled } from "./errors.ts"
import { detachAll } from "./target.ts"

const onRoot = onTyped((input: { readonly RootId: string; readonly PolicyType: string }) => ({
  type: input.PolicyType,
  node: input.RootId,
}))

export const EnablePolicyType = op.write("EnablePolicyType", {
  authorize: onRoot,
  run(tx, { RootId, PolicyType }, call): Out<"EnablePolicyType"> {
    const organization = governedOrganization(tx, call)
    if (organization.rootId !== RootId) throw rootMissing()
    if (organization.featureSet !== "ALL") throw typeNotAvailable()
    if (isEnabled(tx, organization, PolicyType)) throw typeEnabledAlready()
    enable(tx, organization, PolicyType)
    noteChange(tx, organization, PolicyType)
    return { Root: rootMember(tx, organization) }
  },
})

export const DisablePolicyType = op.write("DisablePolicyType", {
  authorize: onRoot,
  run(tx, { RootId, PolicyType }, call): Out<"DisablePolicyType"> {
    const organization = governedOrganization(tx, call)
    if (organization.rootId !== RootId) throw rootMissing()
    if (!isEnabled(tx, organization, PolicyType)) throw typeNotEnabled()
    detachAll(tx, organization, PolicyType)
    disable(tx, organization, PolicyType)
    return { Root: rootMember(tx, organization) }
  },
})

const rootMember = (tx: ReadTx, organization: Organization) => ({
  Id: organization.rootId,
  Arn: rootArn(organization),
  Name: ROOT_NAME,
  PolicyTypes: rootOf(tx, organization).policyTypes,
})
