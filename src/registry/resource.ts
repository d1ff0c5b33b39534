import type { Table } from "../kernel/table.ts"
import type { Page, ReadTx } from "../kernel/transaction.ts"
import { parseArn, type Arn } from "./arn.ts"

export type Tags = Readonly<Record<string, string>>

/** An operation of the resource's service, with its input. */
export type TagRequest = readonly [operation: string, input: object]

/** A service's own tag operations: what the registry needs to tag any resource. */
export interface TagOperations<Row> {
  /** Adds tags, or changes their values. */
  tag(row: Row, tags: Tags): TagRequest
  untag(row: Row, keys: readonly string[]): TagRequest
}

/** A page of an account's resources in a Region; of global resources the Region says nothing. */
export interface ListRange {
  readonly account: string
  readonly region: string
  /** `next` of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

/** A kind of thing that people create, declared once; data and pure functions only. */
export interface Resource<Row extends object> {
  /** CloudFormation's name for it, `AWS::SQS::Queue`. */
  readonly type: string
  readonly table: Table<Row>
  /** Where one lives and with what it fails. */
  readonly scope: "global" | "regional" | "zonal"
  readonly title: string
  arn(row: Row): string
  tagsOf?(row: Row): Tags
  /**
   * The policy (JSON text) by which it lets others in, of a role its trust policy; undefined when
   * it has none. Kinds of resources that never have one leave this out.
   */
  policyOf?(row: Row): string | undefined
  /**
   * An account's resources, without a look at other accounts' rows. A page may be short, or empty,
   * though another follows.
   */
  list?(tx: ReadTx, range: ListRange): Page<Row>
  /** By an ARN with account and Region, which may be of another kind; see `findByArn`. */
  find?(tx: ReadTx, arn: Arn): Row | undefined
  readonly tags?: TagOperations<Row>
  readonly console?: { readonly columns: readonly string[] }
}

export function resource<Row extends object>(
  type: string,
  spec: Omit<Resource<Row>, "type">,
): Resource<Row> {
  return Object.freeze({ type, ...spec })
}

type Listing<Row extends object> = Required<Pick<Resource<Row>, "list" | "find">>

/**
 * `list` and `find` of a table whose keys are account, Region and the part of the ARN that follows
 * `prefix`, such as `table/`.
 */
export const keyedByPlace = <Row extends object>(
  table: Table<Row>,
  prefix: string,
): Listing<Row> => ({
  list: (tx, { account, region, after, limit }) =>
    tx.scan(table, { prefix: [account, region], after, limit }),
  find: (tx, { account, region, resource: named }) =>
    named.startsWith(prefix)
      ? tx.get(table, [account, region, named.slice(prefix.length)])
      : undefined,
})

/**
 * `list` and `find` of a global kind whose keys are the account and what `keyOf` makes of the part
 * of the ARN that follows `prefix`.
 */
export const keyedByAccount = <Row extends object>(
  table: Table<Row>,
  { prefix, keyOf }: { readonly prefix: string; readonly keyOf: (named: string) => string },
): Listing<Row> => ({
  list: (tx, { account, after, limit }) => tx.scan(table, { prefix: [account], after, limit }),
  find: (tx, { account, resource: named }) =>
    named.startsWith(prefix)
      ? tx.get(table, [account, keyOf(named.slice(prefix.length))])
      : undefined,
})

export interface ArnOfCaller {
  readonly arn: string
  /** Where the ARN names none, as those of buckets do. */
  readonly account: string
  readonly region: string
}

/** The row of the resource with exactly this ARN. */
export function findByArn<Row extends object>(
  tx: ReadTx,
  of: Resource<Row>,
  { arn: text, account, region }: ArnOfCaller,
): Row | undefined {
  const arn = parseArn(text)
  const whole = arn && { ...arn, account: arn.account || account, region: arn.region || region }
  const row = whole && of.find?.(tx, whole)
  return row && of.arn(row) === text ? row : undefined
}

/** Tag operations whose inputs have `Tags`, a list of pairs, and `TagKeys`, beside the name. */
export const tagLists = <Row>(
  [tag, untag]: readonly [string, string],
  name: (row: Row) => object,
): TagOperations<Row> => ({
  tag: (row, tags) => [tag, { ...name(row), Tags: tagPairs(tags) }],
  untag: (row, keys) => [untag, { ...name(row), TagKeys: keys }],
})

/** The same where `Tags` is a map. */
export const tagMaps = <Row>(
  [tag, untag]: readonly [string, string],
  name: (row: Row) => object,
): TagOperations<Row> => ({
  tag: (row, Tags) => [tag, { ...name(row), Tags }],
  untag: (row, keys) => [untag, { ...name(row), TagKeys: keys }],
})

export const tagPairs = (tags: Tags): { readonly Key: string; readonly Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
