import { defineService } from "../../registry/service.ts"
import { itemOperations } from "./items/operations.ts"
import { collections, counts, entries, items } from "./items/rows.ts"
import { Query } from "./reading/query.ts"
import { Scan } from "./reading/scan.ts"
import { remove, settle, sweep } from "./tables/jobs.ts"
import { tableOperations } from "./tables/operations.ts"
import { tableResource, tables } from "./tables/table.ts"

/** Amazon DynamoDB. */
export const dynamodb = defineService({
  id: "dynamodb",
  operations: { ...tableOperations, ...itemOperations, Query, Scan },
  resources: [tableResource],
  tables: [tables, items, entries, counts, collections],
  jobs: [settle, remove, sweep],
})
