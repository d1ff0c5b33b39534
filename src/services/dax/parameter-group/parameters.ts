import type { Parameter } from "../../../models/types/dax.ts"
import { asks, op, type Out } from "../define.ts"
import { badValue } from "../errors.ts"
import { MOST_TTL_MS } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { DEFAULT_GROUP, defaultGroup, parameterGroupOf, type ParameterGroup } from "./group.ts"

type Ttls = Pick<ParameterGroup, "queryTtlMs" | "recordTtlMs">

/** The parameters there are ("describe-parameters" of the AWS CLI's examples). */
const PARAMETERS = [
  {
    name: "query-ttl-millis",
    member: "queryTtlMs",
    description: "Duration in milliseconds for queries to remain cached",
  },
  {
    name: "record-ttl-millis",
    member: "recordTtlMs",
    description:
      "Duration in milliseconds for records to remain valid in cache (Default: 0 = infinite)",
  },
] as const

interface NameValue {
  readonly ParameterName?: string | undefined
  readonly ParameterValue?: string | undefined
}

/** Throws InvalidParameterValueException. */
export function withParameters(old: Ttls, given: readonly NameValue[]): Ttls {
  const ttls = { queryTtlMs: old.queryTtlMs, recordTtlMs: old.recordTtlMs }
  for (const { ParameterName = "", ParameterValue = "" } of given) {
    const known = PARAMETERS.find(({ name }) => name === ParameterName)
    if (!known) throw badValue(`Invalid parameter name: ${ParameterName}.`)
    const value = Number(ParameterValue)
    if (!/^\d+$/.test(ParameterValue) || value > MOST_TTL_MS)
      throw badValue(`Invalid value ${ParameterValue} of parameter ${ParameterName}.`)
    ttls[known.member] = value
  }
  return ttls
}

const parametersOf = (group: Ttls, source: string): Parameter[] =>
  PARAMETERS.map(({ name, member, description }) => ({
    ...{ ParameterName: name, ParameterType: "DEFAULT", ParameterValue: String(group[member]) },
    ...{ NodeTypeSpecificValues: [], Description: description, Source: source },
    ...{ DataType: "integer", AllowedValues: "0-", IsModifiable: "TRUE", ChangeType: "IMMEDIATE" },
  }))

export const DescribeParameters = op.read("DescribeParameters", {
  authorize: asks.anything,
  run(tx, input, call): Out<"DescribeParameters"> {
    const group = parameterGroupOf(tx, call, input.ParameterGroupName)
    // The CLI's example has "user" for the default group too.
    const source = "user"
    const all = input.Source === undefined || input.Source === source
    const { items, more } = pageOf(all ? parametersOf(group, source) : [], input)
    return { Parameters: [...items], ...more }
  },
})

export const DescribeDefaultParameters = op.read("DescribeDefaultParameters", {
  authorize: asks.anything,
  run(_tx, input, call): Out<"DescribeDefaultParameters"> {
    const { items, more } = pageOf(parametersOf(defaultGroup(call), "user"), input)
    return { Parameters: [...items], ...more }
  },
})

/** AWS's own group is not changed. */
export const isAwsOwn = (name: string): boolean => name === DEFAULT_GROUP
