import { instanceProfileResource, instanceProfiles } from "./instance-profile.ts"
import {
  AddRoleToInstanceProfile,
  CreateInstanceProfile,
  DeleteInstanceProfile,
  GetInstanceProfile,
  ListInstanceProfiles,
  ListInstanceProfilesForRole,
  ListInstanceProfileTags,
  RemoveRoleFromInstanceProfile,
  TagInstanceProfile,
  UntagInstanceProfile,
} from "./profile.ts"

export const instanceProfileOperations = {
  ...{ CreateInstanceProfile, GetInstanceProfile, ListInstanceProfiles, DeleteInstanceProfile },
  ...{ AddRoleToInstanceProfile, RemoveRoleFromInstanceProfile, ListInstanceProfilesForRole },
  ...{ TagInstanceProfile, UntagInstanceProfile, ListInstanceProfileTags },
}

export const instanceProfileTables = [instanceProfiles]
export const instanceProfileResources = [instanceProfileResource]
