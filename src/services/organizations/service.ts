import { defineService } from "../../registry/service.ts"
import { accountResource } from "./account/account.ts"
import { ACCOUNTS } from "./account/quota.ts"
import { accountJobs, accountOperations, accountTables } from "./account/operations.ts"
import { delegationOperations, delegationTables } from "./delegation/operations.ts"
import { handshakeOperations, handshakeTables } from "./handshake/operations.ts"
import { organizationOperations } from "./organization/operations.ts"
import { organizationTables } from "./port.ts"
import { policyOperations, policyResources, policyTables } from "./policy/operations.ts"
import { resourcePolicyOperations, resourcePolicyTables } from "./resource-policy/operations.ts"
import { rootOperations } from "./root/operations.ts"
import { serviceAccessOperations, serviceAccessTables } from "./service-access/operations.ts"
import { tagOperations } from "./tag/operations.ts"
import { transferOperations, transferTables } from "./transfer/operations.ts"
import { treeOperations } from "./tree/operations.ts"
import { unitOperations } from "./unit/operations.ts"
import { unitResource } from "./unit/unit.ts"

/** Each noun's folder gives its operations in one record, `<noun>/operations.ts`. */
export const organizationsService = defineService({
  id: "organizations",
  operations: {
    ...organizationOperations,
    ...rootOperations,
    ...unitOperations,
    ...treeOperations,
    ...policyOperations,
    ...accountOperations,
    ...handshakeOperations,
    ...delegationOperations,
    ...serviceAccessOperations,
    ...resourcePolicyOperations,
    ...tagOperations,
    ...transferOperations,
  },
  tables: [
    ...organizationTables,
    ...policyTables,
    ...accountTables,
    ...handshakeTables,
    ...delegationTables,
    ...serviceAccessTables,
    ...resourcePolicyTables,
    ...transferTables,
  ],
  resources: [unitResource, accountResource, ...policyResources],
  jobs: accountJobs,
  quotas: [ACCOUNTS],
})
