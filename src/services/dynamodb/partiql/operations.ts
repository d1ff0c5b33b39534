import { BatchExecuteStatement } from "./batch-execute-statement.ts"
import { ExecuteStatement } from "./execute-statement.ts"
import { ExecuteTransaction } from "./execute-transaction.ts"

export const partiqlOperations = { ExecuteStatement, BatchExecuteStatement, ExecuteTransaction }
