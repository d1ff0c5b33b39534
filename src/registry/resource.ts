import type { Table } from "../kernel/table.ts"

/** How a service's own tag operations look: what the registry needs to tag any resource. */
export interface TagOperations {
  /** `{ key: value }` or `[{ Key, Value }]`. */
  readonly shape: "map" | "list"
  readonly tag: string
  readonly untag: string
  readonly list: string
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
  tagsOf?(row: Row): Readonly<Record<string, string>>
  /**
   * The policy (JSON text) by which it lets others in, of a role its trust policy; undefined when
   * it has none. Kinds of resources that never have one leave this out.
   */
  policyOf?(row: Row): string | undefined
  readonly tags?: TagOperations
  readonly console?: { readonly columns: readonly string[] }
}

export function resource<Row extends object>(
  type: string,
  spec: Omit<Resource<Row>, "type">,
): Resource<Row> {
  return Object.freeze({ type, ...spec })
}
