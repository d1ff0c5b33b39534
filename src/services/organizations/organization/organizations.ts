import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { onAnything } from "../access.ts"
import { memberOf, type Account } from "../account/account.ts"
import { makingCount, membersOf } from "../account/counting.ts"
import { join, leave } from "../account/joining.ts"
import { knownAccount } from "../account/known.ts"
import { op, type Out } from "../define.ts"
import { alreadyInOrganization, handshakeConstraint, organizationNotEmpty } from "../errors.ts"
import { handshakeMember } from "../handshake/answer.ts"
import { requestAllFeatures, requestOf } from "../handshake/features.ts"
import { newOrganizationId, newRootId } from "../ids.ts"
import { roots } from "../root/root.ts"
import { governedOrganization, ownOrganization } from "../rights.ts"
import { assertNoTransfer } from "../transfer/forgetting.ts"
import { organizationMember } from "./answer.ts"
import { forgetOrganization } from "./forgetting.ts"
import { organizations, type FeatureSet, type Organization } from "./organization.ts"

export const CreateOrganization = op.write("CreateOrganization", {
  authorize: onAnything,
  run(tx, { FeatureSet }, call): Out<"CreateOrganization"> {
    if (memberOf(tx, call.account)) throw alreadyInOrganization()
    const management = knownAccount(tx, { id: call.account, partition: call.partition })
    // "If you don't specify a value …, the default … is ALL" (CreateOrganization).
    const featureSet = FeatureSet === "CONSOLIDATED_BILLING" ? FeatureSet : "ALL"
    const organization = newOrganization(tx, { management, featureSet, call })
    return { Organization: organizationMember(tx, organization) }
  },
})

interface Founding {
  readonly management: Account
  readonly featureSet: FeatureSet
  readonly call: Call
}

function newOrganization(tx: WriteTx, { management, featureSet, call }: Founding): Organization {
  const organization: Organization = {
    id: newOrganizationId(tx),
    partition: call.partition,
    managementAccount: management.id,
    managementEmail: management.email,
    rootId: freeRootId(tx),
    featureSet,
    createdMs: tx.now,
  }
  tx.insert(organizations, organization)
  const { rootId, id: organizationId } = organization
  tx.insert(roots, { id: rootId, organizationId, policyTypes: [], tags: [] })
  // Recorded: the management account itself joined by invitation.
  join(tx, organization, { account: management, method: "INVITED" })
  return organization
}

/** Root ids are short: one that another organization has is drawn anew. */
function freeRootId(tx: WriteTx): string {
  let id = newRootId(tx)
  for (let tries = 0; tries < 10 && tx.get(roots, [id]); tries += 1) id = newRootId(tx)
  return id
}

/** "This operation can be called from any account in an organization." */
export const DescribeOrganization = op.read("DescribeOrganization", {
  authorize: onAnything,
  run(tx, _input, call): Out<"DescribeOrganization"> {
    return { Organization: organizationMember(tx, ownOrganization(tx, call)) }
  },
})

export const DeleteOrganization = op.write("DeleteOrganization", {
  authorize: onAnything,
  run(tx, _input, call): Out<"DeleteOrganization"> {
    const organization = governedOrganization(tx, call)
    const accounts = membersOf(tx, organization).length + makingCount(tx, organization)
    if (accounts > 1) throw organizationNotEmpty()
    assertNoTransfer(tx, organization)
    forgetOrganization(tx, organization)
    const management = memberOf(tx, organization.managementAccount)
    if (management) leave(tx, management)
    return {}
  },
})

export const EnableAllFeatures = op.write("EnableAllFeatures", {
  authorize: onAnything,
  run(tx, _input, call): Out<"EnableAllFeatures"> {
    const organization = governedOrganization(tx, call)
    if (organization.featureSet === "ALL")
      throw handshakeConstraint("ORGANIZATION_ALREADY_HAS_ALL_FEATURES")
    if (requestOf(tx, organization))
      throw handshakeConstraint("ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION")
    return { Handshake: handshakeMember(tx, requestAllFeatures(tx, organization)) }
  },
})
