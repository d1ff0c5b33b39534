/** Whatever stands in an account under a name and a path. */
export interface Named {
  readonly account: string
  /** `aws`, `aws-cn` …: that in which it was made. */
  readonly partition: string
  readonly name: string
  /** `/`, or one that begins and ends with it. */
  readonly path: string
}

export type NamedKind = "user" | "group" | "role" | "policy"

/**
 * "Names … must be unique within an account. Names are not distinguished by case" ("IAM names",
 * IAM user guide). Whether AWS finds a name that is written in another case: not verified; we do.
 */
export const nameKey = (name: string): string => name.toLowerCase()

/** The key of what a path ends with: `team/Jobs` is found as `jobs`. */
export const pathKey = (named: string): string => nameKey(named.split("/").at(-1) ?? "")

export const arnOf = (kind: NamedKind, { account, partition, path, name }: Named): string =>
  `arn:${partition}:iam::${account}:${kind}${path}${name}`

/** IAM tells times in whole seconds. */
export const seconds = (ms: number): number => Math.floor(ms / 1000) * 1000
