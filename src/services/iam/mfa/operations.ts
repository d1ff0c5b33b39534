import {
  CreateVirtualMFADevice,
  DeactivateMFADevice,
  DeleteVirtualMFADevice,
  EnableMFADevice,
  GetMFADevice,
  ListMFADevices,
  ListMFADeviceTags,
  ListVirtualMFADevices,
  ResyncMFADevice,
  TagMFADevice,
  UntagMFADevice,
} from "./device.ts"
import { mfaDeviceResource, mfaDevices } from "./mfa-device.ts"

export const mfaOperations = {
  ...{ CreateVirtualMFADevice, EnableMFADevice, DeactivateMFADevice, ResyncMFADevice },
  ...{ DeleteVirtualMFADevice, GetMFADevice, ListMFADevices, ListVirtualMFADevices },
  ...{ TagMFADevice, UntagMFADevice, ListMFADeviceTags },
}

export const mfaTables = [mfaDevices]
export const mfaResources = [mfaDeviceResource]
