import {
  ChangePassword,
  CreateLoginProfile,
  DeleteLoginProfile,
  GetLoginProfile,
  UpdateLoginProfile,
} from "./login.ts"
import { loginProfiles } from "./login-profile.ts"

export const loginProfileOperations = {
  ...{ CreateLoginProfile, GetLoginProfile, UpdateLoginProfile, DeleteLoginProfile },
  ChangePassword,
}

export const loginProfileTables = [loginProfiles]
