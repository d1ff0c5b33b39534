import type { ReadTx } from "../../../kernel/transaction.ts"
import { op, type Out } from "../define.ts"
import { onAccount } from "../grant.ts"
import { groupMember, groups } from "../group/group.ts"
import { groupsOf } from "../group/membership.ts"
import { listedProfile, profilesOfRole } from "../instance-profile/instance-profile.ts"
import { roleLastUsed } from "../last-use/use.ts"
import { awsManagedPolicy } from "../managed/policies.ts"
import { nameKey } from "../names.ts"
import { pageOf } from "../paging.ts"
import { listedPolicy } from "../policy/answer.ts"
import { attachedTo, attachments, type Holder } from "../policy/attachment.ts"
import { boundaryMember } from "../policy/boundary.ts"
import { encodeDocument } from "../policy/document.ts"
import { shownPolicy } from "../principals/kept-policy.ts"
import { inlineOf } from "../policy/inline.ts"
import { managedOf, type ManagedPolicy } from "../policy/managed.ts"
import { ownPolicy, policies, versionId, versionsOf } from "../policy/policy.ts"
import { roleArn, roles, type Role } from "../role/role.ts"
import { listedUser } from "../user/answer.ts"
import { users, type User } from "../user/user.ts"
import { mostOf, QUOTAS } from "./quotas.ts"

type Kind = "User" | "Group" | "Role" | "LocalManagedPolicy" | "AWSManagedPolicy"
type Answer = Out<"GetAccountAuthorizationDetails">

/** One entry of the report; its details are worked out when its page is asked for. */
interface Entry {
  readonly key: string
  readonly details: () => Partial<Record<keyof Answer, readonly object[]>>
}

/** More attachments than an account can have without quotas that were raised. */
const MOST_ATTACHMENTS = 200_000

/**
 * All identities and policies of the account. Of AWS's policies those that are in use (in AWS's
 * example no other is listed; not verified).
 */
export const GetAccountAuthorizationDetails = op.read("GetAccountAuthorizationDetails", {
  authorize: onAccount,
  run(tx, input, { account }): Answer {
    const kinds: readonly string[] = input.Filter?.length ? input.Filter : ALL
    const entries = ALL.filter((kind) => kinds.includes(kind)).flatMap((kind) =>
      ENTRIES[kind](tx, account),
    )
    const { items, more } = pageOf(entries, ({ key }) => key, input)
    const found = items.map(({ details }) => details())
    const list = (member: keyof Answer) => found.flatMap((details) => details[member] ?? [])
    return {
      UserDetailList: list("UserDetailList"),
      GroupDetailList: list("GroupDetailList"),
      RoleDetailList: list("RoleDetailList"),
      Policies: list("Policies"),
      ...more,
    }
  },
})

const ALL: readonly Kind[] = ["User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy"]

const ENTRIES: Readonly<Record<Kind, (tx: ReadTx, account: string) => readonly Entry[]>> = {
  User: (tx, account) =>
    tx.scan(users, { prefix: [account], limit: mostOf(QUOTAS.users) }).rows.map((user) => ({
      key: `1${nameKey(user.name)}`,
      details: () => ({ UserDetailList: [userDetail(tx, user)] }),
    })),
  Group: (tx, account) =>
    tx.scan(groups, { prefix: [account], limit: mostOf(QUOTAS.groups) }).rows.map((group) => ({
      key: `2${nameKey(group.name)}`,
      details: () => ({
        GroupDetailList: [
          {
            ...groupMember(group),
            GroupPolicyList: inlineMembers(tx, group),
            AttachedManagedPolicies: attachedMembers(tx, group),
          },
        ],
      }),
    })),
  Role: (tx, account) =>
    tx.scan(roles, { prefix: [account], limit: mostOf(QUOTAS.roles) }).rows.map((role) => ({
      key: `3${nameKey(role.name)}`,
      details: () => ({ RoleDetailList: [roleDetail(tx, role)] }),
    })),
  LocalManagedPolicy: (tx, account) =>
    tx
      .scan(policies, { prefix: [account], limit: mostOf(QUOTAS.policies) })
      .rows.map((policy) => policyEntry(tx, account, managedOf(tx, policy))),
  AWSManagedPolicy: (tx, account) =>
    awsPoliciesInUse(tx, account).flatMap((arn) => {
      const policy = awsManagedPolicy(arn)
      return policy ? [policyEntry(tx, account, policy)] : []
    }),
}

function userDetail(tx: ReadTx, user: User): object {
  const inline = inlineMembers(tx, user)
  return {
    ...listedUser(user),
    // In AWS's examples a user without inline policies has no list of them.
    ...(inline.length > 0 && { UserPolicyList: inline }),
    GroupList: groupsOf(tx, user).map(({ name }) => name),
    AttachedManagedPolicies: attachedMembers(tx, user),
    ...boundaryMember(user.boundary),
    Tags: user.tags,
  }
}

const roleDetail = (tx: ReadTx, role: Role): object => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: roleArn(role),
  CreateDate: role.createdMs,
  AssumeRolePolicyDocument: encodeDocument(shownPolicy(tx, role.trust)),
  InstanceProfileList: profilesOfRole(tx, role).map((profile) => listedProfile(tx, profile)),
  RolePolicyList: inlineMembers(tx, role),
  AttachedManagedPolicies: attachedMembers(tx, role),
  ...boundaryMember(role.boundary),
  Tags: role.tags,
  RoleLastUsed: roleLastUsed(tx, role),
})

const inlineMembers = (tx: ReadTx, holder: Holder) =>
  inlineOf(tx, holder).map(({ name, document }) => ({
    PolicyName: name,
    PolicyDocument: encodeDocument(document),
  }))

const attachedMembers = (tx: ReadTx, holder: Holder) =>
  attachedTo(tx, holder).map(({ policyName, policyArn }) => ({
    PolicyName: policyName,
    PolicyArn: policyArn,
  }))

const policyEntry = (tx: ReadTx, account: string, policy: ManagedPolicy): Entry => ({
  key: `4${policy.arn}`,
  details: () => ({
    Policies: [
      {
        ...listedPolicy(tx, account, policy),
        ...(policy.description !== undefined && { Description: policy.description }),
        PolicyVersionList: versionMembers(tx, account, policy),
      },
    ],
  }),
})

/** Newest first; of AWS's policies the present one is known. */
function versionMembers(tx: ReadTx, account: string, policy: ManagedPolicy): readonly object[] {
  const own = ownPolicy(tx, account, policy.arn)
  const versions = own
    ? versionsOf(tx, own)
        .toReversed()
        .map(({ number, document, createdMs }) => ({ id: versionId(number), document, createdMs }))
    : [{ id: policy.versionId, document: policy.document, createdMs: policy.updatedMs }]
  return versions.map(({ id, document, createdMs }) => ({
    Document: encodeDocument(document),
    VersionId: id,
    IsDefaultVersion: id === policy.versionId,
    CreateDate: createdMs,
  }))
}

function awsPoliciesInUse(tx: ReadTx, account: string): readonly string[] {
  const attached = tx.scan(attachments, { prefix: [account], limit: MOST_ATTACHMENTS }).rows
  const bounded = [users, roles].flatMap((table) =>
    tx
      .scan<User | Role>(table, {
        index: "byBoundary",
        prefix: [account],
        limit: mostOf(QUOTAS.roles),
      })
      .rows.flatMap(({ boundary }) => boundary ?? []),
  )
  const arns = [...attached.map(({ policyArn }) => policyArn), ...bounded]
  return [...new Set(arns)].filter((arn) => arn.includes(":iam::aws:"))
}
