import { passRole } from "../../../registry/pass-role.ts"
import { op, type Out } from "../define.ts"
import { deleteConflict, identityMissing, quotaExceeded } from "../errors.ts"
import { onPath, withTagging } from "../grant.ts"
import { onRole } from "../access.ts"
import { nameKey, seconds } from "../names.ts"
import { pageByName, pageOf, underPath } from "../paging.ts"
import { assertRoom, QUOTAS } from "../account/quotas.ts"
import { findRole, roleArn, roles } from "../role/role.ts"
import { listTags, withoutTags, withTags } from "../tags.ts"
import { newUniqueId } from "../principals/unique-id.ts"
import {
  findInstanceProfile,
  instanceProfiles,
  listedProfile,
  maybeInstanceProfile,
  onInstanceProfile,
  profileMember,
  profilesOfRole,
} from "./instance-profile.ts"

export const CreateInstanceProfile = op.write("CreateInstanceProfile", {
  authorize: withTagging("TagInstanceProfile", onInstanceProfile),
  run(tx, input, call): Out<"CreateInstanceProfile"> {
    const { InstanceProfileName: name, Path: path = "/" } = input
    const { account, partition } = call
    if (maybeInstanceProfile(tx, account, name))
      throw op.error("EntityAlreadyExistsException", `Instance Profile ${name} already exists.`)
    assertRoom(tx, instanceProfiles, { account, of: QUOTAS.instanceProfiles })
    const profile = {
      ...{ account, partition, name, path },
      id: newUniqueId(tx, "AIPA", call),
      createdMs: seconds(tx.now),
      tags: withTags([], input.Tags),
    }
    tx.insert(instanceProfiles, profile)
    return { InstanceProfile: profileMember(tx, profile) }
  },
})

export const GetInstanceProfile = op.read("GetInstanceProfile", {
  authorize: onInstanceProfile,
  run: (tx, { InstanceProfileName: name }, { account }): Out<"GetInstanceProfile"> => ({
    InstanceProfile: profileMember(tx, findInstanceProfile(tx, account, name)),
  }),
})

export const ListInstanceProfiles = op.read("ListInstanceProfiles", {
  authorize: onPath("instance-profile"),
  run(tx, input, { account }): Out<"ListInstanceProfiles"> {
    const { items, more } = pageByName(tx, instanceProfiles, {
      account,
      request: input,
      matches: underPath(input.PathPrefix),
    })
    return { InstanceProfiles: items.map((profile) => listedProfile(tx, profile)), ...more }
  },
})

export const ListInstanceProfilesForRole = op.read("ListInstanceProfilesForRole", {
  authorize: onRole,
  run(tx, input, { account }): Out<"ListInstanceProfilesForRole"> {
    const all = profilesOfRole(tx, findRole(tx, account, input.RoleName))
    const { items, more } = pageOf(all, ({ name }) => nameKey(name), input)
    return { InstanceProfiles: items.map((profile) => listedProfile(tx, profile)), ...more }
  },
})

/** Whoever puts a role into a profile passes it to EC2 ("Granting permissions to pass a role"). */
export const AddRoleToInstanceProfile = op.write("AddRoleToInstanceProfile", {
  authorize(tx, input, call) {
    const profile = onInstanceProfile(tx, input, call)
    const role = tx.get(roles, [call.account, nameKey(input.RoleName)])
    if (!role) return profile
    // "The ARN value must be arn:aws:ec2:*:CallerAccountId:instance/*" (iam:AssociatedResourceArn).
    const instances = `arn:${call.partition}:ec2:*:${call.account}:instance/*`
    return [profile, ...passRole(roleArn(role), "ec2.amazonaws.com", instances)]
  },
  run(tx, input, { account }): Out<"AddRoleToInstanceProfile"> {
    const profile = findInstanceProfile(tx, account, input.InstanceProfileName)
    const { id: roleId } = findRole(tx, account, input.RoleName)
    if (profile.roleId !== undefined) throw quotaExceeded("InstanceSessionsPerInstanceProfile", 1)
    tx.replace(instanceProfiles, profile, { ...profile, roleId })
    return {}
  },
})

export const RemoveRoleFromInstanceProfile = op.write("RemoveRoleFromInstanceProfile", {
  authorize: onInstanceProfile,
  run(tx, input, { account }): Out<"RemoveRoleFromInstanceProfile"> {
    const profile = findInstanceProfile(tx, account, input.InstanceProfileName)
    const role = findRole(tx, account, input.RoleName)
    // AWS's words for a role of another profile are not verified.
    if (profile.roleId !== role.id) throw identityMissing("role", input.RoleName)
    const { roleId: _, ...bare } = profile
    tx.replace(instanceProfiles, profile, bare)
    return {}
  },
})

export const DeleteInstanceProfile = op.write("DeleteInstanceProfile", {
  authorize: onInstanceProfile,
  run(tx, { InstanceProfileName: name }, { account }): Out<"DeleteInstanceProfile"> {
    const profile = findInstanceProfile(tx, account, name)
    if (profile.roleId !== undefined)
      throw deleteConflict("Cannot delete entity, must remove roles from instance profile first.")
    tx.remove(instanceProfiles, profile)
    return {}
  },
})

export const TagInstanceProfile = op.write("TagInstanceProfile", {
  authorize: onInstanceProfile,
  run(tx, input, { account }): Out<"TagInstanceProfile"> {
    const profile = findInstanceProfile(tx, account, input.InstanceProfileName)
    const tags = withTags(profile.tags, input.Tags)
    tx.replace(instanceProfiles, profile, { ...profile, tags })
    return {}
  },
})

export const UntagInstanceProfile = op.write("UntagInstanceProfile", {
  authorize: onInstanceProfile,
  run(tx, input, { account }): Out<"UntagInstanceProfile"> {
    const profile = findInstanceProfile(tx, account, input.InstanceProfileName)
    const tags = withoutTags(profile.tags, input.TagKeys)
    tx.replace(instanceProfiles, profile, { ...profile, tags })
    return {}
  },
})

export const ListInstanceProfileTags = op.read("ListInstanceProfileTags", {
  authorize: onInstanceProfile,
  run: (tx, input, { account }): Out<"ListInstanceProfileTags"> =>
    listTags(findInstanceProfile(tx, account, input.InstanceProfileName).tags, input),
})
