import {
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  ListMFADevicesCommand,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { openIam, refusalOf } from "../testing/open-iam.ts"
import { codeAt, stepAt } from "./totp.ts"

test("the root user has a device of its own", async () => {
  const { client, cloud } = await openIam()
  const { VirtualMFADevice } = await client.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "root" }),
  )
  const { SerialNumber = "", Base32StringSeed = [] } = VirtualMFADevice ?? {}
  const seed = Buffer.from(Base32StringSeed).toString()
  const code = (off: number) => codeAt(seed, stepAt(cloud.now().getTime()) + off)
  const codes = { AuthenticationCode1: code(-1), AuthenticationCode2: code(0) }
  const enable = (UserName: string) =>
    client.send(new EnableMFADeviceCommand({ UserName, SerialNumber, ...codes }))
  expect(await refusalOf(enable("nobody"))).toContain("NoSuchEntity")
  await enable("root")
  const { MFADevices } = await client.send(new ListMFADevicesCommand({}))
  expect(MFADevices).toMatchObject([{ UserName: "root", SerialNumber }])
  await client.send(new DeactivateMFADeviceCommand({ SerialNumber }))
  expect((await client.send(new ListMFADevicesCommand({}))).MFADevices).toEqual([])
  await client.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }))
})
