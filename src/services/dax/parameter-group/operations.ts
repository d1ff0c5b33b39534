import { clustersOf } from "../cluster/cluster.ts"
import { asks, op, type Out } from "../define.ts"
import { parameterGroupExists, parameterGroupState, tooManyParameterGroups } from "../errors.ts"
import { note } from "../event/event.ts"
import { assertGroupName } from "../group-name.ts"
import { DEFAULT_TTL_MS, PARAMETER_GROUPS } from "../limits.ts"
import { pageOf } from "../paging.ts"
import { defaultGroup, parameterGroupOf, parameterGroups, type ParameterGroup } from "./group.ts"
import { isAwsOwn, withParameters } from "./parameters.ts"

const viewOf = ({ name, description }: ParameterGroup) => ({
  ParameterGroupName: name,
  ...(description !== undefined && { Description: description }),
})

const eventOf = ({ account, region, name }: ParameterGroup, message: string) => ({
  ...({ account, region, sourceType: "PARAMETER_GROUP", sourceName: name, message } as const),
})

export const CreateParameterGroup = op.write("CreateParameterGroup", {
  authorize: asks.anything,
  run(tx, input, { account, region }): Out<"CreateParameterGroup"> {
    const { ParameterGroupName: name, Description: description } = input
    assertGroupName(name)
    if (isAwsOwn(name) || tx.get(parameterGroups, [account, region, name]))
      throw parameterGroupExists(name)
    const count = tx.count(parameterGroups, { prefix: [account, region], limit: PARAMETER_GROUPS })
    if (count >= PARAMETER_GROUPS) throw tooManyParameterGroups()
    const ttls = { queryTtlMs: DEFAULT_TTL_MS, recordTtlMs: DEFAULT_TTL_MS }
    const group = { account, region, name, description, ...ttls }
    tx.put(parameterGroups, group)
    note(tx, eventOf(group, "Parameter group created."))
    return { ParameterGroup: viewOf(group) }
  },
})

export const DescribeParameterGroups = op.read("DescribeParameterGroups", {
  authorize: asks.anything,
  run(tx, input, call): Out<"DescribeParameterGroups"> {
    const { account, region } = call
    const names = input.ParameterGroupNames ?? []
    const all = (): readonly ParameterGroup[] => [
      defaultGroup(call),
      ...tx.scan(parameterGroups, { prefix: [account, region], limit: PARAMETER_GROUPS }).rows,
    ]
    const found = names.length > 0 ? names.map((name) => parameterGroupOf(tx, call, name)) : all()
    const { items, more } = pageOf(found, input)
    return { ParameterGroups: items.map(viewOf), ...more }
  },
})

export const UpdateParameterGroup = op.write("UpdateParameterGroup", {
  authorize: asks.anything,
  run(tx, input, call): Out<"UpdateParameterGroup"> {
    const { ParameterGroupName: name, ParameterNameValues } = input
    const group = parameterGroupOf(tx, call, name)
    if (isAwsOwn(name)) throw parameterGroupState(`The parameter group ${name} cannot be changed.`)
    const changed = { ...group, ...withParameters(group, ParameterNameValues) }
    // "You can't modify a parameter group that is being used by a running DAX cluster."
    if (isUsed(clustersOf(tx, call), name))
      throw parameterGroupState(`The parameter group ${name} is used by a running cluster.`)
    tx.replace(parameterGroups, group, changed)
    note(tx, eventOf(group, "Parameter group updated."))
    return { ParameterGroup: viewOf(changed) }
  },
})

export const DeleteParameterGroup = op.write("DeleteParameterGroup", {
  authorize: asks.anything,
  run(tx, input, call): Out<"DeleteParameterGroup"> {
    const { ParameterGroupName: name } = input
    const group = parameterGroupOf(tx, call, name)
    if (isAwsOwn(name)) throw parameterGroupState(`The parameter group ${name} cannot be deleted.`)
    if (isUsed(clustersOf(tx, call), name))
      throw parameterGroupState(`The parameter group ${name} is used by a cluster.`)
    tx.remove(parameterGroups, group)
    note(tx, eventOf(group, "Parameter group deleted."))
    return { DeletionMessage: `Parameter group ${name} has been deleted.` }
  },
})

const isUsed = (all: readonly { readonly parameterGroup: string }[], name: string): boolean =>
  all.some(({ parameterGroup }) => parameterGroup === name)
