import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GetMFADeviceCommand,
  ListMFADevicesCommand,
  ListMFADeviceTagsCommand,
  ListVirtualMFADevicesCommand,
  ResyncMFADeviceCommand,
  TagMFADeviceCommand,
  UntagMFADeviceCommand,
} from "@aws-sdk/client-iam"
import { GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"
import { codeAt, stepAt } from "./totp.ts"

const SerialNumber = `arn:aws:iam::${ACCOUNT}:mfa/phone`
const UserName = "alice"
const WRONG = "403 InvalidAuthenticationCode: Authentication code for device is not valid."

async function withDevice() {
  const { client, cloud } = await openIam()
  await client.send(new CreateUserCommand({ UserName }))
  const { VirtualMFADevice } = await client.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "phone" }),
  )
  const seed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString()
  /** The two codes that a device shows which is so many steps off. */
  const codes = (off = 0) => {
    const step = stepAt(cloud.now().getTime()) + off
    return {
      ...{ UserName, SerialNumber },
      AuthenticationCode1: codeAt(seed, step - 1),
      AuthenticationCode2: codeAt(seed, step),
    }
  }
  const enable = (off = 0) => client.send(new EnableMFADeviceCommand(codes(off)))
  const mine = async () =>
    (await client.send(new ListMFADevicesCommand({ UserName }))).MFADevices ?? []
  return { client, cloud, seed, codes, enable, mine, VirtualMFADevice }
}

test("a new device has a serial number and a seed, and belongs to nobody", async () => {
  const { client, VirtualMFADevice, seed, mine } = await withDevice()
  expect(VirtualMFADevice?.SerialNumber).toBe(SerialNumber)
  expect(seed).toMatch(/^[A-Z2-7]{64}$/)
  expect(await mine()).toEqual([])
  const again = new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "PHONE" })
  expect(await refusalOf(client.send(again))).toBe(
    "409 EntityAlreadyExists: MFADevice entity at the same path and name already exists.",
  )
})

test("two codes that follow each other attach a device to a user", async () => {
  const { client, enable, mine, codes } = await withDevice()
  const { AuthenticationCode1, AuthenticationCode2, ...rest } = codes()
  const swapped = {
    ...rest,
    AuthenticationCode1: AuthenticationCode2,
    AuthenticationCode2: AuthenticationCode1,
  }
  expect(await refusalOf(client.send(new EnableMFADeviceCommand(swapped)))).toBe(WRONG)
  expect(await refusalOf(enable(-50))).toBe(WRONG)
  await enable()
  expect(await mine()).toMatchObject([{ UserName, SerialNumber }])
  const one = await client.send(new GetMFADeviceCommand({ SerialNumber, UserName }))
  expect(one).toMatchObject({ UserName, SerialNumber, EnableDate: expect.any(Date) })
  expect(await refusalOf(enable())).toBe("409 EntityAlreadyExists: MFA Device is already in use.")
})

test("a device whose clock is off is brought back by two codes", async () => {
  const { client, enable, codes } = await withDevice()
  expect(await refusalOf(client.send(new ResyncMFADeviceCommand(codes())))).toBe(
    "404 NoSuchEntity: MFA Device invalid for user.",
  )
  await enable()
  await client.send(new ResyncMFADeviceCommand(codes(-50)))
  expect(await refusalOf(client.send(new ResyncMFADeviceCommand(codes(500))))).toBe(WRONG)
})

test("lists tell who has a device", async () => {
  const { client, enable } = await withDevice()
  await client.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "spare" }))
  await enable()
  const serials = async (AssignmentStatus?: "Assigned" | "Unassigned" | "Any") => {
    const { VirtualMFADevices = [] } = await client.send(
      new ListVirtualMFADevicesCommand({ AssignmentStatus }),
    )
    return VirtualMFADevices.map(
      (device) => `${device.SerialNumber?.split("/")[1]} ${device.User?.UserName}`,
    )
  }
  expect(await serials()).toEqual(["phone alice", "spare undefined"])
  expect(await serials("Assigned")).toEqual(["phone alice"])
  expect(await serials("Unassigned")).toEqual(["spare undefined"])
})

test("a device is deleted only when nobody has it", async () => {
  const { client, enable } = await withDevice()
  await enable()
  const remove = () => client.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))
  expect(await refusalOf(remove())).toBe(
    "409 DeleteConflict: MFA VirtualDevice in use. Must deactivate first.",
  )
  await client.send(new DeactivateMFADeviceCommand({ SerialNumber, UserName }))
  await remove()
  expect(await refusalOf(remove())).toBe(
    `404 NoSuchEntity: VirtualMFADevice with serial number ${SerialNumber} doesn't exist.`,
  )
})

test("tags are set, listed and taken off", async () => {
  const { client } = await withDevice()
  const Tags = [{ Key: "owner", Value: "alice" }]
  await client.send(new TagMFADeviceCommand({ SerialNumber, Tags }))
  const list = async () => (await client.send(new ListMFADeviceTagsCommand({ SerialNumber }))).Tags
  expect(await list()).toEqual(Tags)
  await client.send(new UntagMFADeviceCommand({ SerialNumber, TagKeys: ["owner"] }))
  expect(await list()).toEqual([])
})

test("STS takes the device's next code, once, and only from its user", async () => {
  const { client, cloud, enable, codes } = await withDevice()
  await enable()
  const { AccessKey } = await client.send(new CreateAccessKeyCommand({ UserName }))
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  }
  const show = async (TokenCode: string, sts = cloud.client(STSClient, { credentials })) =>
    refusalOf(sts.send(new GetSessionTokenCommand({ SerialNumber, TokenCode })))
  const spent = codes().AuthenticationCode2
  const wrong =
    "403 AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code. "
  expect(await show(spent)).toBe(wrong)
  const next = codes(1).AuthenticationCode2
  expect(await show(next, cloud.client(STSClient))).toMatch(/unable to validate MFA code/)
  expect(await show(next)).toBe("no refusal")
  expect(await show(next)).toBe(wrong)
})
