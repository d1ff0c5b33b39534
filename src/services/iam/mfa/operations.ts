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
import { mfaDeviceResource } from "./mfa-device.ts"

export const mfaOperations = {
  ...{ CreateVirtualMFADevice, EnableMFADevice, DeactivateMFADevice, ResyncMFADevice },
  ...{ DeleteVirtualMFADevice, GetMFADevice, ListMFADevices, ListVirtualMFADevices },
  ...{ TagMFADevice, UntagMFADevice, ListMFADeviceTags },
}

export const mfaResources = [mfaDeviceResource]
