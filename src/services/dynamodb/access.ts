import type { AccessRequest } from "../../iam/access.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { AwsError } from "../../protocols/aws-error.ts"
import { requestTagKeys, resourceTagKeys } from "../../registry/authorize.ts"
import type { Call } from "../../registry/call.ts"
import { organizationOf } from "../organizations/port.ts"
import { arnOf, lookUp, refOf, tableResource, type Table, type TableRef } from "./tables/table.ts"

type Context = Readonly<Record<string, string | readonly string[]>>

/** What an operation on items asks: for an action on a table, or on one of its indexes. */
export interface TableAccess {
  /** Default: the operation's own. */
  readonly action?: string
  readonly index?: string | undefined
  /** Condition keys of the request, worked out where a policy may look at them. */
  readonly context?: (table: Table) => Context
}

/** Whether there is such a table or not: who may not know is told so first. */
export function accessTo(
  tx: ReadTx,
  nameOrArn: string,
  call: Call,
  { action = call.operation, index, context }: TableAccess = {},
): AccessRequest {
  const ref = refOf(nameOrArn, call)
  const table = lookUp(tx, ref)
  const arn = arnOf(ref)
  const request = {
    action: `dynamodb:${action}`,
    resource: index === undefined ? arn : `${arn}/index/${index}`,
    owner: ref.account,
    policy: table?.policy?.text,
  }
  if (!table || isUnlimited(tx, table, call)) return request
  return { ...request, context: { ...tagKeys(table), ...(context && requestKeys(table, context)) } }
}

/**
 * Nothing looks at what the root user of an account that stands alone asks of its own table: to work
 * that out for each request costs more than some requests themselves.
 */
const isUnlimited = (tx: ReadTx, { account, policy }: Table, { principal }: Call): boolean =>
  principal.type === "root" &&
  principal.account === account &&
  // A session's policies may limit it.
  !principal.accessKeyId.startsWith("ASIA") &&
  policy === undefined &&
  organizationOf(tx, account) === undefined

/** A request that the operation will refuse says nothing that could be looked at. */
function requestKeys(table: Table, context: (table: Table) => Context): Context {
  try {
    return context(table)
  } catch (error) {
    if (error instanceof AwsError) return {}
    throw error
  }
}

/** What an operation on tables asks, with the tags that it carries. */
export function accessToManage(
  tx: ReadTx,
  { ref, input }: { readonly ref: TableRef; readonly input: object },
  { operation }: Call,
): AccessRequest {
  const table = lookUp(tx, ref)
  return {
    action: `dynamodb:${operation}`,
    resource: arnOf(ref),
    owner: ref.account,
    policy: table?.policy?.text,
    context: { ...requestTagKeys(input), ...(table && tagKeys(table)) },
  }
}

const tagKeys = (table: Table): Context => resourceTagKeys(tableResource.tagsOf?.(table))

type Named = { readonly TableName?: string | undefined }

/** For operations that name one table in `TableName`. */
export const manageTable = (tx: ReadTx, input: Named, call: Call): AccessRequest =>
  accessToManage(tx, { ref: refOf(input.TableName as string, call), input }, call)
