import type { TimerId } from "../../../kernel/later/later.ts"
import { partitionOf } from "../../../kernel/places.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { keyedByPlace, resource, tagLists } from "../../../registry/resource.ts"
import { parameterMissing } from "../errors.ts"
import { VERSIONS } from "../limits.ts"
import type { ParameterPolicy } from "../policy/policies.ts"
import type { ParameterName } from "./names.ts"

export type Tier = "Standard" | "Advanced"
export type ParameterType = "String" | "StringList" | "SecureString"

/** A parameter, without its versions. */
export interface Parameter {
  readonly account: string
  readonly region: string
  /** The name with its leading slash. */
  readonly key: string
  /** As it was made. */
  readonly name: string
  /** Of this parameter and no later one of the same name. */
  readonly id: number
  /** The latest version. */
  readonly version: number
  readonly tier: Tier
  readonly tags: Readonly<Record<string, string>>
  /** Opens an advanced parameter to other accounts. */
  readonly sharing?: { readonly id: string; readonly policy: string } | undefined
  /** Of the latest version's policies. */
  readonly timers: readonly TimerId[]
}

export const parameters = table<Parameter>("ssm/parameter", {
  key: ({ account, region, key }) => [account, region, key],
  cached: true,
})

export const parameterResource = resource<Parameter>("AWS::SSM::Parameter", {
  table: parameters,
  scope: "regional",
  title: "Parameter",
  arn: (parameter) => arnOf(parameter),
  tagsOf: (parameter) => parameter.tags,
  policyOf: (parameter) => parameter.sharing?.policy,
  ...keyedByPlace(parameters, "parameter"),
  tags: tagLists(["AddTagsToResource", "RemoveTagsFromResource"], ({ name }) => ({
    ...{ ResourceType: "Parameter", ResourceId: name },
  })),
  console: { columns: ["name", "tier", "version"] },
})

export interface Version {
  readonly parameterId: number
  readonly version: number
  readonly type: ParameterType
  /** Of a SecureString what KMS has made of it, base64. */
  readonly value: string
  readonly keyId?: string | undefined
  readonly description?: string | undefined
  readonly allowedPattern?: string | undefined
  readonly dataType: string
  readonly tier: Tier
  readonly policies: readonly ParameterPolicy[]
  readonly labels: readonly string[]
  readonly modifiedMs: number
  /** ARN of who made it. */
  readonly user: string
}

export const versions = table<Version>("ssm/version", {
  key: ({ parameterId, version }) => [parameterId, version],
})

/** How many parameters of each tier an account has in a Region. */
export interface Count {
  readonly account: string
  readonly region: string
  readonly Standard: number
  readonly Advanced: number
}

export const counts = table<Count>("ssm/count", { key: ({ account, region }) => [account, region] })

type Place = Pick<Parameter, "account" | "region">

export const countOf = (tx: ReadTx, { account, region }: Place): Count =>
  tx.get(counts, [account, region]) ?? { account, region, Standard: 0, Advanced: 0 }

export function addToCount(tx: WriteTx, place: Place, change: Partial<Record<Tier, number>>): void {
  const count = countOf(tx, place)
  const { Standard = 0, Advanced = 0 } = change
  tx.put(counts, {
    ...count,
    Standard: count.Standard + Standard,
    Advanced: count.Advanced + Advanced,
  })
}

export const arnOf = ({ account, region, key }: Place & { readonly key: string }): string =>
  `arn:${partitionOf(region).id}:ssm:${region}:${account}:parameter${key}`

export const lookUp = (tx: ReadTx, { account, region, key }: ParameterName) =>
  tx.get(parameters, [account, region, key])

/** Throws ParameterNotFound. */
export function findParameter(tx: ReadTx, name: ParameterName): Parameter {
  const parameter = lookUp(tx, name)
  if (!parameter) throw parameterMissing()
  return parameter
}

/** All versions, the oldest first. */
export const versionsOf = (tx: ReadTx, { id }: Pick<Parameter, "id">): readonly Version[] =>
  tx.scan(versions, { prefix: [id], limit: VERSIONS + 1 }).rows

/** The latest version, which every parameter has. */
export function latest(tx: ReadTx, { id, version }: Parameter): Version {
  const found = tx.get(versions, [id, version])
  if (!found) throw new Error(`parameter ${id} has no version ${version}`)
  return found
}

export function removeParameter(tx: WriteTx, parameter: Parameter): void {
  for (const timer of parameter.timers) tx.cancel(timer)
  for (const version of versionsOf(tx, parameter)) tx.remove(versions, version)
  addToCount(tx, parameter, { [parameter.tier]: -1 })
  tx.remove(parameters, parameter)
}
