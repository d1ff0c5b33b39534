import type { Table } from "../../kernel/table.ts"
import { secrets } from "./secret/secret.ts"

export { secretResource } from "./secret/secret.ts"

/** The tables behind what this port gives. */
export const secretTables: readonly Table<object>[] = [secrets]
