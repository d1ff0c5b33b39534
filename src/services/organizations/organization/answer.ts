import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Organization as OrganizationShape } from "../../../models/types/organizations.ts"
import { findMember, accountArn } from "../account/account.ts"
import { organizationArn, type Organization } from "./organization.ts"

/**
 * The organization as AWS shows it. `AvailablePolicyTypes`: "Do not use. This field is deprecated";
 * recorded, an organization with all features names its service control policies there.
 */
export function organizationMember(tx: ReadTx, organization: Organization): OrganizationShape {
  const { id, featureSet, managementAccount, managementEmail } = organization
  return {
    Id: id,
    Arn: organizationArn(organization),
    FeatureSet: featureSet,
    MasterAccountArn: accountArn(findMember(tx, organization, managementAccount)),
    MasterAccountId: managementAccount,
    MasterAccountEmail: managementEmail,
    AvailablePolicyTypes:
      featureSet === "ALL" ? [{ Type: "SERVICE_CONTROL_POLICY", Status: "ENABLED" }] : [],
  }
}
