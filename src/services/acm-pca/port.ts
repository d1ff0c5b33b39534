import type { Table } from "../../kernel/table.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import {
  authorities,
  authorityOf,
  parseAuthorityArn,
  type Authority,
} from "./authority/authority.ts"

/** The tables behind what this port gives. */
export const authorityTables: readonly Table<object>[] = [authorities]

/** A CA wherever it is: no rights asked. Throws InvalidArnException. */
export const authorityByArn = (tx: ReadTx, arn: string): Authority | undefined =>
  authorityOf(tx, parseAuthorityArn(arn))
