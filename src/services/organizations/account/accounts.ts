import { onAnything } from "../access.ts"
import { op, type Out } from "../define.ts"
import {
  accountMissing,
  accountThereAlready,
  destinationParentMissing,
  sourceParentMissing,
} from "../errors.ts"
import { pageOfRows } from "../paging.ts"
import { governedOrganization } from "../rights.ts"
import { onNode } from "../tree/arns.ts"
import { findHolderPath, holderPath } from "../tree/holder.ts"
import { accounts, findMember, holderOf, isMember } from "./account.ts"
import { accountMember } from "./answer.ts"

export const DescribeAccount = op.read("DescribeAccount", {
  authorize: onNode("AccountId"),
  run(tx, { AccountId }, call): Out<"DescribeAccount"> {
    const organization = governedOrganization(tx, call)
    return { Account: accountMember(findMember(tx, organization, AccountId)) }
  },
})

export const ListAccounts = op.read("ListAccounts", {
  authorize: onAnything,
  run(tx, input, call): Out<"ListAccounts"> {
    const { id } = governedOrganization(tx, call)
    const range = { index: "byOrganization", prefix: [id], request: input }
    const { items, more } = pageOfRows(tx, accounts, range)
    return { Accounts: items.filter(isMember).map(accountMember), ...more }
  },
})

export const ListAccountsForParent = op.read("ListAccountsForParent", {
  authorize: onNode("ParentId"),
  run(tx, input, call): Out<"ListAccountsForParent"> {
    const organization = governedOrganization(tx, call)
    findHolderPath(tx, organization, input.ParentId)
    const range = { index: "byParent", prefix: [organization.id, input.ParentId], request: input }
    const { items, more } = pageOfRows(tx, accounts, range)
    return { Accounts: items.filter(isMember).map(accountMember), ...more }
  },
})

/** Needs the right to the account and to both of its places ("Actions …", service authorization). */
export const MoveAccount = op.write("MoveAccount", {
  authorize: (tx, input, call) => [
    onNode("AccountId")(tx, input, call),
    onNode("SourceParentId")(tx, input, call),
    onNode("DestinationParentId")(tx, input, call),
  ],
  run(tx, { AccountId, SourceParentId, DestinationParentId }, call): Out<"MoveAccount"> {
    const organization = governedOrganization(tx, call)
    const member = findMember(tx, organization, AccountId)
    if (!holderPath(tx, organization, SourceParentId)) throw sourceParentMissing()
    const path = holderPath(tx, organization, DestinationParentId)
    if (!path) throw destinationParentMissing()
    // That an account elsewhere counts as none: not verified.
    if (holderOf(member) !== SourceParentId) throw accountMissing()
    if (SourceParentId === DestinationParentId) throw accountThereAlready()
    tx.replace(accounts, member, { ...member, membership: { ...member.membership, path } })
    return {}
  },
})
