import { BatchGetItem } from "../batch/batch-get-item.ts"
import { BatchWriteItem } from "../batch/batch-write-item.ts"
import { Query } from "../reading/query.ts"
import { Scan } from "../reading/scan.ts"
import { TransactGetItems } from "../transactions/transact-get-items.ts"
import { TransactWriteItems } from "../transactions/transact-write-items.ts"
import { DeleteItem } from "./delete-item.ts"
import { GetItem } from "./get-item.ts"
import { PutItem } from "./put-item.ts"
import { UpdateItem } from "./update-item.ts"

export const itemOperations = {
  ...{ PutItem, GetItem, UpdateItem, DeleteItem, Query, Scan },
  ...{ BatchGetItem, BatchWriteItem, TransactGetItems, TransactWriteItems },
}
