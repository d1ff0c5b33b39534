import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { StorageLensGroupFilter } from "../../../models/types/s3control.ts"
import { resourceTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { op, type Out } from "../define.ts"
import { invalidRequest, malformedXml } from "../errors.ts"
import { tagsOf } from "../tagging/tags.ts"
import { onAccount } from "./access.ts"
import { groupAlreadyExists, tooManyDashboards } from "./errors.ts"
import { findGroup, GROUPS, groupArn, groups, type GroupRef } from "./group.ts"

interface OnGroup {
  readonly AccountId: string
  readonly Name: string
}

const refOf = ({ AccountId: account, Name: name }: OnGroup, { region }: Call): GroupRef => ({
  ...{ account, region, name },
})

function onGroup(tx: ReadTx, input: OnGroup, call: Call): AccessRequest {
  const ref = refOf(input, call)
  const { tags } = tx.get(groups, [ref.account, ref.region, ref.name]) ?? {}
  return {
    ...{ action: `s3:${call.operation}`, resource: groupArn(ref), owner: ref.account },
    context: resourceTagKeys(tags),
  }
}

export const CreateStorageLensGroup = op.write("CreateStorageLensGroup", {
  authorize: onAccount,
  run(tx, input, call): Out<"CreateStorageLensGroup"> {
    const { Name: name, Filter: filter } = input.StorageLensGroup
    const ref = refOf({ AccountId: input.AccountId, Name: name }, call)
    const { account, region } = ref
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) throw invalidRequest(`Invalid group name: ${name}`)
    assertFilter(filter)
    if (tx.get(groups, [account, region, name])) throw groupAlreadyExists()
    if (tx.count(groups, { prefix: [account, region], limit: GROUPS }) >= GROUPS)
      throw tooManyDashboards()
    tx.insert(groups, { ...ref, filter, tags: tagsOf(input.Tags ?? []) })
    return {}
  },
})

export const GetStorageLensGroup = op.read("GetStorageLensGroup", {
  authorize: onGroup,
  run(tx, input, call): Out<"GetStorageLensGroup"> {
    const group = findGroup(tx, refOf(input, call))
    const { name: Name, filter: Filter } = group
    return { StorageLensGroup: { Name, Filter, StorageLensGroupArn: groupArn(group) } }
  },
})

export const ListStorageLensGroups = op.read("ListStorageLensGroups", {
  authorize: onAccount,
  run(tx, { AccountId: account }, { region }): Out<"ListStorageLensGroups"> {
    const { rows } = tx.scan(groups, { prefix: [account, region], limit: GROUPS })
    return {
      StorageLensGroupList: rows.map((group) => ({
        ...{ Name: group.name, StorageLensGroupArn: groupArn(group), HomeRegion: group.region },
      })),
    }
  },
})

export const UpdateStorageLensGroup = op.write("UpdateStorageLensGroup", {
  authorize: onGroup,
  run(tx, input, call): Out<"UpdateStorageLensGroup"> {
    const group = findGroup(tx, refOf(input, call))
    const { Name, Filter: filter } = input.StorageLensGroup
    if (Name !== group.name) throw invalidRequest("A Storage Lens group keeps its name.")
    assertFilter(filter)
    tx.replace(groups, group, { ...group, filter })
    return {}
  },
})

export const DeleteStorageLensGroup = op.write("DeleteStorageLensGroup", {
  authorize: onGroup,
  run(tx, input, call): Out<"DeleteStorageLensGroup"> {
    tx.remove(groups, findGroup(tx, refOf(input, call)))
    return {}
  },
})

/** "MatchAnyPrefix": up to 10; also of suffixes and tags. */
const MOST_VALUES = 10

/** One condition, or And or Or of more than one. Throws MalformedXML (not verified). */
function assertFilter({ And, Or, ...one }: StorageLensGroupFilter): void {
  const given = [And, Or, ...Object.values(one)].filter((part) => part !== undefined)
  if (given.length !== 1) throw malformedXml()
  const conditions = And ?? Or ?? one
  if ((And ?? Or) && Object.keys(conditions).length < 2) throw malformedXml()
  for (const condition of Object.values(conditions)) {
    const values = Array.isArray(condition) ? condition.length : Object.keys(condition).length
    if (values < 1 || values > MOST_VALUES) throw malformedXml()
  }
}
