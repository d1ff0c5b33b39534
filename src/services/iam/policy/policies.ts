import type { ReadTx } from "../../../kernel/transaction.ts"
import { onPolicy } from "../access.ts"
import { op, type Out } from "../define.ts"
import { type IdentityKind, policyAttached, policyExists, policyHasVersions } from "../errors.ts"
import { onAccount, withTagging } from "../grant.ts"
import { listAwsManagedPolicies } from "../managed/policies.ts"
import { nameKey, seconds } from "../names.ts"
import { pageOf, underPath } from "../paging.ts"
import { assertRoom, mostOf, QUOTAS } from "../account/quotas.ts"
import { tagsMember, withTags } from "../tags.ts"
import { newUniqueId } from "../principals/unique-id.ts"
import { listedPolicy, policyMember } from "./answer.ts"
import { attachmentCount, boundaryCount } from "./attachment.ts"
import { assertManagedDocument } from "./document.ts"
import { entitiesOf } from "./entities.ts"
import { changeablePolicy, findManaged, managedOf, type ManagedPolicy } from "./managed.ts"
import { policies, type Policy, policyVersions, versionsOf } from "./policy.ts"

/** "Description … is included in the response to the GetPolicy operation", not in this one. */
const createdPolicy = (tx: ReadTx, policy: Policy) => ({
  ...listedPolicy(tx, policy.account, managedOf(tx, policy)),
  ...tagsMember(policy.tags),
})

export const CreatePolicy = op.write("CreatePolicy", {
  authorize: withTagging("TagPolicy", onPolicy),
  run(tx, input, call): Out<"CreatePolicy"> {
    const { PolicyName: name, Path: path = "/", PolicyDocument: document } = input
    const { account, partition } = call
    if (tx.get(policies, [account, nameKey(name)])) throw policyExists(name)
    assertManagedDocument(document)
    assertRoom(tx, policies, { account, of: QUOTAS.policies })
    const createdMs = seconds(tx.now)
    const policy = {
      ...{ account, partition, name, path, createdMs, updatedMs: createdMs },
      id: newUniqueId(tx, "ANPA", { account }),
      description: input.Description,
      tags: withTags([], input.Tags),
      defaultVersion: 1,
      lastVersion: 1,
    }
    tx.insert(policies, policy)
    tx.insert(policyVersions, { account, policyId: policy.id, number: 1, document, createdMs })
    return { Policy: createdPolicy(tx, policy) }
  },
})

export const GetPolicy = op.read("GetPolicy", {
  authorize: onPolicy,
  run(tx, { PolicyArn }, { account }): Out<"GetPolicy"> {
    return { Policy: policyMember(tx, account, findManaged(tx, account, PolicyArn)) }
  },
})

const ownPolicies = (tx: ReadTx, account: string): readonly ManagedPolicy[] =>
  tx
    .scan(policies, { prefix: [account], limit: mostOf(QUOTAS.policies) })
    .rows.map((policy) => managedOf(tx, policy))

export const ListPolicies = op.read("ListPolicies", {
  authorize: onAccount,
  run(tx, input, { account }): Out<"ListPolicies"> {
    const scope = input.Scope ?? "All"
    const own = scope === "AWS" ? [] : ownPolicies(tx, account)
    const all = scope === "Local" ? own : [...own, ...listAwsManagedPolicies()]
    const onPath = underPath(input.PathPrefix)
    const usage = input.PolicyUsageFilter
    const matching = all.filter(
      (policy) =>
        onPath(policy) &&
        (!input.OnlyAttached || attachmentCount(tx, account, policy.arn) > 0) &&
        (usage !== "PermissionsPolicy" || attachmentCount(tx, account, policy.arn) > 0) &&
        (usage !== "PermissionsBoundary" || boundaryCount(tx, account, policy.arn) > 0),
    )
    const { items, more } = pageOf(matching, ({ arn }) => arn, input)
    return { Policies: items.map((policy) => listedPolicy(tx, account, policy)), ...more }
  },
})

export const DeletePolicy = op.write("DeletePolicy", {
  authorize: onPolicy,
  run(tx, { PolicyArn }, call): Out<"DeletePolicy"> {
    const policy = changeablePolicy(tx, call, PolicyArn)
    const { account, id } = policy
    if (attachmentCount(tx, account, PolicyArn) + boundaryCount(tx, account, PolicyArn) > 0)
      throw policyAttached()
    const versions = versionsOf(tx, policy)
    if (versions.length > 1) throw policyHasVersions()
    for (const { number } of versions) tx.delete(policyVersions, [account, id, number])
    tx.remove(policies, policy)
    return {}
  },
})

export const ListEntitiesForPolicy = op.read("ListEntitiesForPolicy", {
  authorize: onPolicy,
  run(tx, input, { account }): Out<"ListEntitiesForPolicy"> {
    findManaged(tx, account, input.PolicyArn)
    const { items, more } = pageOf(entitiesOf(tx, account, input), ({ id }) => id, input)
    const of = (wanted: IdentityKind) => items.filter(({ kind }) => kind === wanted)
    return {
      PolicyGroups: of("group").map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: of("user").map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: of("role").map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...more,
    }
  },
})
