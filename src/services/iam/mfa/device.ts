import { ID_ALPHABET } from "../../../iam/access-key-id.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { onUser } from "../access.ts"
import { op, type Out } from "../define.ts"
import { deleteConflict, quotaExceeded } from "../errors.ts"
import { onAccount, withTagging } from "../grant.ts"
import { nameKey, seconds } from "../names.ts"
import { pageByName, pageOf } from "../paging.ts"
import { listTags, tagsMember, withoutTags, withTags } from "../tags.ts"
import { userMember } from "../user/answer.ts"
import { namedOrCaller } from "../user/caller.ts"
import { findUser, userOfId } from "../user/user.ts"
import {
  DEVICES_PER_USER,
  devicesOf,
  findDevice,
  mfaDevices,
  onDevice,
  onNewDevice,
  serialOf,
  synchronized,
  type MfaDevice,
} from "./mfa-device.ts"

/** Characters of a seed: 320 bits, as AWS's have. */
const SEED_LENGTH = 64

/** The answer has the seed, but no picture of it: clients draw their own. */
export const CreateVirtualMFADevice = op.write("CreateVirtualMFADevice", {
  authorize: withTagging("TagMFADevice", onNewDevice),
  run(tx, input, { account, partition }): Out<"CreateVirtualMFADevice"> {
    const { VirtualMFADeviceName: name, Path: path = "/" } = input
    if (tx.get(mfaDevices, [account, nameKey(name)]))
      throw op.error(
        "EntityAlreadyExistsException",
        "MFADevice entity at the same path and name already exists.",
      )
    const device = {
      ...{ account, partition, name, path, aheadSteps: 0, usedStep: 0 },
      seed: tx.random("iam/mfa-seed").string(SEED_LENGTH, ID_ALPHABET),
      tags: withTags([], input.Tags),
    }
    tx.insert(mfaDevices, device)
    return {
      VirtualMFADevice: {
        SerialNumber: serialOf(device),
        Base32StringSeed: Buffer.from(device.seed),
        ...tagsMember(device.tags),
      },
    }
  },
})

export const EnableMFADevice = op.write("EnableMFADevice", {
  authorize: onUser,
  run(tx, input, call): Out<"EnableMFADevice"> {
    const user = holderNamed(tx, input.UserName, call)
    const device = findDevice(tx, input, call)
    if (device.userId !== undefined)
      throw op.error("EntityAlreadyExistsException", "MFA Device is already in use.")
    if (devicesOf(tx, user).length >= DEVICES_PER_USER)
      throw quotaExceeded("MFADevicesPerUser", DEVICES_PER_USER)
    const enabled = synchronized(tx, device, { ...input, resync: false })
    tx.replace(mfaDevices, device, { ...enabled, userId: user.id, enabledMs: seconds(tx.now) })
    return {}
  },
})

/** Who has devices. */
interface Holder {
  readonly account: string
  readonly id: string
  readonly name: string
}

/** The root user: its id is its account's, as in its access keys. */
const rootOf = ({ account }: Pick<Call, "account">): Holder => ({
  account,
  id: account,
  name: "root",
})

/** Root names itself `root` (not verified: in AWS people do this in the console). */
const holderNamed = (tx: ReadTx, name: string, call: Call): Holder =>
  call.principal.type === "root" && name === "root"
    ? rootOf(call)
    : findUser(tx, call.account, name)

function holderOf(tx: ReadTx, name: string | undefined, call: Call): Holder {
  if (name === "root") return holderNamed(tx, name, call)
  const user = namedOrCaller(tx, name, call)
  return user === "root" ? rootOf(call) : user
}

/** The user's own device. Throws NoSuchEntity. */
function deviceOfUser(
  tx: ReadTx,
  input: { readonly SerialNumber: string; readonly UserName?: string | undefined },
  call: Call,
): { device: MfaDevice; user: Holder } {
  const user = holderOf(tx, input.UserName, call)
  const device = findDevice(tx, input, call)
  if (device.userId !== user.id)
    throw op.error("NoSuchEntityException", "MFA Device invalid for user.")
  return { device, user }
}

export const DeactivateMFADevice = op.write("DeactivateMFADevice", {
  authorize: onUser,
  run(tx, input, call): Out<"DeactivateMFADevice"> {
    const { device } = deviceOfUser(tx, input, call)
    const { userId: _, enabledMs: __, ...free } = device
    tx.replace(mfaDevices, device, free)
    return {}
  },
})

export const ResyncMFADevice = op.write("ResyncMFADevice", {
  authorize: onUser,
  run(tx, input, call): Out<"ResyncMFADevice"> {
    const { device } = deviceOfUser(tx, input, call)
    tx.replace(mfaDevices, device, synchronized(tx, device, { ...input, resync: true }))
    return {}
  },
})

export const DeleteVirtualMFADevice = op.write("DeleteVirtualMFADevice", {
  authorize: onDevice,
  run(tx, input, call): Out<"DeleteVirtualMFADevice"> {
    const device = findDevice(tx, input, call)
    if (device.userId !== undefined)
      throw deleteConflict("MFA VirtualDevice in use. Must deactivate first.")
    tx.remove(mfaDevices, device)
    return {}
  },
})

export const GetMFADevice = op.read("GetMFADevice", {
  authorize: onUser,
  run(tx, input, call): Out<"GetMFADevice"> {
    const { device, user } = deviceOfUser(tx, input, call)
    return {
      UserName: user.name,
      SerialNumber: serialOf(device),
      EnableDate: device.enabledMs,
    }
  },
})

export const ListMFADevices = op.read("ListMFADevices", {
  authorize: onUser,
  run(tx, input, call): Out<"ListMFADevices"> {
    const user = holderOf(tx, input.UserName, call)
    const { items, more } = pageOf(devicesOf(tx, user), ({ name }) => nameKey(name), input)
    return {
      MFADevices: items.map((device) => ({
        UserName: user.name,
        SerialNumber: serialOf(device),
        EnableDate: device.enabledMs ?? 0,
      })),
      ...more,
    }
  },
})

/** "If you do not specify an assignment status, the operation defaults to Any" (IAM API). */
export const ListVirtualMFADevices = op.read("ListVirtualMFADevices", {
  authorize: onAccount,
  run(tx, input, { account }): Out<"ListVirtualMFADevices"> {
    const status = input.AssignmentStatus ?? "Any"
    const { items, more } = pageByName(tx, mfaDevices, {
      account,
      request: input,
      matches: ({ userId }) =>
        status === "Any" || (userId !== undefined) === (status === "Assigned"),
    })
    return { VirtualMFADevices: items.map((device) => listedDevice(tx, device)), ...more }
  },
})

function listedDevice(tx: ReadTx, device: MfaDevice) {
  const { account, userId, enabledMs } = device
  const user = userId === undefined ? undefined : userOfId(tx, account, userId)
  return {
    SerialNumber: serialOf(device),
    ...(user && { User: userMember(user), EnableDate: enabledMs }),
  }
}

export const TagMFADevice = op.write("TagMFADevice", {
  authorize: onDevice,
  run(tx, input, call): Out<"TagMFADevice"> {
    const device = findDevice(tx, input, call)
    tx.replace(mfaDevices, device, { ...device, tags: withTags(device.tags, input.Tags) })
    return {}
  },
})

export const UntagMFADevice = op.write("UntagMFADevice", {
  authorize: onDevice,
  run(tx, input, call): Out<"UntagMFADevice"> {
    const device = findDevice(tx, input, call)
    tx.replace(mfaDevices, device, { ...device, tags: withoutTags(device.tags, input.TagKeys) })
    return {}
  },
})

export const ListMFADeviceTags = op.read("ListMFADeviceTags", {
  authorize: onDevice,
  run: (tx, input, call): Out<"ListMFADeviceTags"> =>
    listTags(findDevice(tx, input, call).tags, input),
})
