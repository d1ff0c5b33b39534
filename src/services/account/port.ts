import type { Table } from "../../kernel/table.ts"
import { regionOpts } from "./region/region-opt.ts"

export { isRegionOpen } from "./region/region-opt.ts"

/** The tables behind the functions of this port. */
export const regionTables: readonly Table<object>[] = [regionOpts]
