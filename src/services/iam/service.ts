import { defineService } from "../../registry/service.ts"
import { accountOperations, accountTables } from "./account/operations.ts"

/** Each noun's folder gives its operations and tables in one record, `<noun>/operations.ts`. */
export const iam = defineService({
  id: "iam",
  operations: {
    ...accountOperations,
  },
  tables: [...accountTables],
  resources: [],
})
