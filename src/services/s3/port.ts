import type { Table } from "../../kernel/table.ts"
import { buckets } from "./buckets/bucket.ts"

export { bucketArn, bucketNamed, bucketResource, type Bucket } from "./buckets/bucket.ts"

/** The tables behind what this port gives. */
export const bucketTables: readonly Table<object>[] = [buckets]
