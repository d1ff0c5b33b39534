import { defineService } from "../../registry/service.ts"
import { accountResource } from "./account/account.ts"
import { delegates } from "./delegation/delegate.ts"
import { organizationOperations } from "./organization/operations.ts"
import { organizationTables } from "./port.ts"
import { resourcePolicies } from "./resource-policy/resource-policy.ts"
import { unitResource } from "./unit/unit.ts"

/** Each noun's folder gives its operations in one record, `<noun>/operations.ts`. */
export const organizationsService = defineService({
  id: "organizations",
  operations: {
    ...organizationOperations,
  },
  tables: [...organizationTables, delegates, resourcePolicies],
  resources: [unitResource, accountResource],
})
