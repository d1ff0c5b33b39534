import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { keyedByAccount, resource, tagLists } from "../../../registry/resource.ts"
import { op } from "../define.ts"
import { accessTo, iamArnOf } from "../grant.ts"
import { type Named, nameKey, pathKey } from "../names.ts"
import { mostOf, QUOTAS } from "../account/quotas.ts"
import { roleMember } from "../role/answer.ts"
import { roleOfId, type Role } from "../role/role.ts"
import { tagRecord, tagsMember, type Tag } from "../tags.ts"

/** What an instance of EC2 wears to act as a role. */
export interface InstanceProfile extends Named {
  /** `AIPA…`. */
  readonly id: string
  readonly createdMs: number
  /** Id of the only role that a profile can have. */
  readonly roleId?: string | undefined
  readonly tags: readonly Tag[]
}

export const instanceProfiles = table<InstanceProfile>("iam/instanceProfile", {
  key: ({ account, name }) => [account, nameKey(name)],
  indexes: {
    byRole: ({ account, roleId, name }) => roleId !== undefined && [account, roleId, nameKey(name)],
  },
  cached: true,
})

export const instanceProfileResource = resource<InstanceProfile>("AWS::IAM::InstanceProfile", {
  table: instanceProfiles,
  scope: "global",
  title: "Instance profile",
  arn: (profile) => instanceProfileArn(profile),
  tagsOf: ({ tags }) => tagRecord(tags),
  ...keyedByAccount(instanceProfiles, { prefix: "instance-profile/", keyOf: pathKey }),
  tags: tagLists(["TagInstanceProfile", "UntagInstanceProfile"], ({ name }) => ({
    InstanceProfileName: name,
  })),
  console: { columns: ["name", "path", "createdMs"] },
})

const instanceProfileArn = ({ account, partition, path, name }: Named): string =>
  `arn:${partition}:iam::${account}:instance-profile${path}${name}`

interface ByName {
  readonly InstanceProfileName: string
}

export const maybeInstanceProfile = (
  tx: ReadTx,
  account: string,
  name: string,
): InstanceProfile | undefined => tx.get(instanceProfiles, [account, nameKey(name)])

/** Throws NoSuchEntity. */
export function findInstanceProfile(tx: ReadTx, account: string, name: string): InstanceProfile {
  const profile = maybeInstanceProfile(tx, account, name)
  if (!profile) throw op.error("NoSuchEntityException", `Instance Profile ${name} cannot be found.`)
  return profile
}

/** The profiles that have the role, ordered by name. */
export const profilesOfRole = (tx: ReadTx, role: Role): readonly InstanceProfile[] =>
  tx.scan(instanceProfiles, {
    index: "byRole",
    prefix: [role.account, role.id],
    limit: mostOf(QUOTAS.instanceProfiles),
  }).rows

export const onInstanceProfile = (
  tx: ReadTx,
  input: ByName & { readonly Path?: string | undefined },
  call: Call,
) => {
  const { InstanceProfileName: name, Path: path = "/" } = input
  const profile = maybeInstanceProfile(tx, call.account, name)
  const arn = profile
    ? instanceProfileArn(profile)
    : iamArnOf(call, `instance-profile${path}${name}`)
  return accessTo({ arn, tags: profile?.tags }, input, call)
}

/** The profile as lists have it. */
export function listedProfile(tx: ReadTx, profile: InstanceProfile) {
  const role =
    profile.roleId === undefined ? undefined : roleOfId(tx, profile.account, profile.roleId)
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: instanceProfileArn(profile),
    CreateDate: profile.createdMs,
    Roles: role ? [roleMember(tx, role)] : [],
  }
}

/** With the tags, which lists leave out. */
export const profileMember = (tx: ReadTx, profile: InstanceProfile) => ({
  ...listedProfile(tx, profile),
  ...tagsMember(profile.tags),
})
