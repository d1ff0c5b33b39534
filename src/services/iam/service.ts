import { defineService } from "../../registry/service.ts"
import { accessKeyOperations } from "./access-key/operations.ts"
import { accountOperations, accountTables } from "./account/operations.ts"
import {
  delegationJobs,
  delegationOperations,
  delegationReceivers,
} from "./account/delegation/operations.ts"
import { groupResource } from "./group/group.ts"
import { groupOperations } from "./group/operations.ts"
import {
  outboundFederationOperations,
  outboundFederationTables,
} from "./outbound-federation/operations.ts"
import { policyOperations } from "./policy/operations.ts"
import { policyResource } from "./policy/policy.ts"
import { identityTables } from "./port.ts"
import { providerOperations, providerResources, providerTables } from "./provider/operations.ts"
import { accessReportTables, lastUseOperations } from "./last-use/operations.ts"
import { QUOTAS } from "./account/quotas.ts"
import { rootAccessOperations } from "./account/root-access/operations.ts"
import { roleOperations } from "./role/operations.ts"
import { roleResource } from "./role/role.ts"
import { simulatorOperations } from "./policy/simulator/operations.ts"
import { userOperations } from "./user/operations.ts"
import { userResource } from "./user/user.ts"
import {
  instanceProfileOperations,
  instanceProfileResources,
  instanceProfileTables,
} from "./instance-profile/operations.ts"
import { loginProfileOperations, loginProfileTables } from "./login-profile/operations.ts"
import { mfaOperations, mfaResources } from "./mfa/operations.ts"
import {
  certificateOperations,
  certificateResources,
  certificateTables,
} from "./certificate/operations.ts"
import { sshKeyOperations, sshKeyTables } from "./ssh-key/operations.ts"
import {
  serviceCredentialOperations,
  serviceCredentialTables,
} from "./service-specific-credential/operations.ts"
import {
  serviceLinkedRoleOperations,
  serviceLinkedRoleTables,
} from "./service-linked-role/operations.ts"

/** Each noun's folder gives its operations in one record, `<noun>/operations.ts`. */
export const iam = defineService({
  id: "iam",
  operations: {
    ...userOperations,
    ...groupOperations,
    ...roleOperations,
    ...policyOperations,
    ...accessKeyOperations,
    ...accountOperations,
    ...providerOperations,
    ...instanceProfileOperations,
    ...loginProfileOperations,
    ...mfaOperations,
    ...certificateOperations,
    ...sshKeyOperations,
    ...serviceCredentialOperations,
    ...serviceLinkedRoleOperations,
    ...outboundFederationOperations,
    ...rootAccessOperations,
    ...lastUseOperations,
    ...simulatorOperations,
    ...delegationOperations,
  },
  tables: [
    ...identityTables,
    ...accountTables,
    ...providerTables,
    ...instanceProfileTables,
    ...loginProfileTables,
    ...certificateTables,
    ...sshKeyTables,
    ...serviceCredentialTables,
    ...serviceLinkedRoleTables,
    ...outboundFederationTables,
    ...accessReportTables,
  ],
  jobs: delegationJobs,
  receivers: delegationReceivers,
  quotas: Object.values(QUOTAS),
  resources: [
    userResource,
    groupResource,
    roleResource,
    policyResource,
    ...providerResources,
    ...instanceProfileResources,
    ...mfaResources,
    ...certificateResources,
  ],
})
