import type { Table } from "../../tables/table.ts"
import type { Item } from "../../values/attribute-value.ts"
import type { ItemVersion } from "../replication.ts"

/**
 * The attributes by which version 2017.11.29 tells, in the items themselves, when and where they were
 * last written (docs: "Global tables: how it works", legacy): seconds with a fraction, and a Region.
 */
export const marked = (item: Item, { writtenMs, region }: ItemVersion): Item => ({
  ...item,
  "aws:rep:deleting": { BOOL: false },
  "aws:rep:updatetime": { N: String(writtenMs / 1_000) },
  "aws:rep:updateregion": { S: region },
})

export const isLegacy = ({ replication }: Table): boolean => replication?.version === "2017.11.29"
