import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { keyedByAccount, resource, tagLists } from "../../../registry/resource.ts"
import type { Call } from "../../../registry/call.ts"
import { op } from "../define.ts"
import { accessTo, iamArnOf } from "../grant.ts"
import { type Named, nameKey, pathKey } from "../names.ts"
import { tagRecord, type Tag } from "../tags.ts"
import { codeAt, stepAt } from "./totp.ts"

/** A virtual device for multi-factor authentication. */
export interface MfaDevice extends Named {
  /** Base 32, shown when the device is made and never again. */
  readonly seed: string
  readonly tags: readonly Tag[]
  /** Whose it is, while it is enabled. */
  readonly userId?: string | undefined
  readonly enabledMs?: number | undefined
  /** Steps of 30 seconds by which the device is ahead of the cloud. */
  readonly aheadSteps: number
  /** The step of the last code that was used: codes work once. */
  readonly usedStep: number
}

export const mfaDevices = table<MfaDevice>("iam/mfaDevice", {
  key: ({ account, name }) => [account, nameKey(name)],
  indexes: {
    byUser: ({ account, userId, name }) => userId !== undefined && [account, userId, nameKey(name)],
  },
})

export const mfaDeviceResource = resource<MfaDevice>("AWS::IAM::VirtualMFADevice", {
  table: mfaDevices,
  scope: "global",
  title: "Virtual MFA device",
  arn: (device) => serialOf(device),
  tagsOf: ({ tags }) => tagRecord(tags),
  ...keyedByAccount(mfaDevices, { prefix: "mfa/", keyOf: pathKey }),
  tags: tagLists(["TagMFADevice", "UntagMFADevice"], (device) => ({
    SerialNumber: serialOf(device),
  })),
  console: { columns: ["name", "path", "enabledMs"] },
})

/** "MFA devices in use by an IAM user" ("IAM and AWS STS quotas"). */
export const DEVICES_PER_USER = 8

/** How many steps a device may be off: when it is enabled, when resynchronized, when used. */
const ENABLE_STEPS = 3
const RESYNC_STEPS = 120
const USE_STEPS = 1

/** A virtual device's serial number is its ARN. */
export const serialOf = ({ account, partition, path, name }: Named): string =>
  `arn:${partition}:iam::${account}:mfa${path}${name}`

interface BySerial {
  readonly SerialNumber: string
}

function maybeDevice(
  tx: ReadTx,
  { SerialNumber: serial }: BySerial,
  { account }: Pick<Call, "account">,
): MfaDevice | undefined {
  const name = /\/([^/]+)$/.exec(serial)?.[1]
  if (name === undefined) return undefined
  const device = tx.get(mfaDevices, [account, nameKey(name)])
  return device && serialOf(device) === serial ? device : undefined
}

/** Throws NoSuchEntity. */
export function findDevice(tx: ReadTx, input: BySerial, call: Call): MfaDevice {
  const device = maybeDevice(tx, input, call)
  if (!device)
    throw op.error(
      "NoSuchEntityException",
      `VirtualMFADevice with serial number ${input.SerialNumber} doesn't exist.`,
    )
  return device
}

/** The user's enabled devices, ordered by name. */
export const devicesOf = (
  tx: ReadTx,
  { account, id }: { readonly account: string; readonly id: string },
): readonly MfaDevice[] =>
  tx.scan(mfaDevices, { index: "byUser", prefix: [account, id], limit: DEVICES_PER_USER + 1 }).rows

export const onDevice = (tx: ReadTx, input: BySerial, call: Call) =>
  accessTo({ arn: input.SerialNumber, tags: maybeDevice(tx, input, call)?.tags }, input, call)

export const onNewDevice = (
  _tx: ReadTx,
  input: { readonly VirtualMFADeviceName: string; readonly Path?: string | undefined },
  call: Call,
) =>
  accessTo(
    { arn: iamArnOf(call, `mfa${input.Path ?? "/"}${input.VirtualMFADeviceName}`) },
    input,
    call,
  )

interface TwoCodes {
  readonly AuthenticationCode1: string
  readonly AuthenticationCode2: string
}

/** The device as two codes that follow each other show it. Throws InvalidAuthenticationCode. */
export function synchronized(
  tx: ReadTx,
  device: MfaDevice,
  codes: TwoCodes & { readonly resync: boolean },
): MfaDevice {
  const now = stepAt(tx.now)
  const reach = codes.resync ? RESYNC_STEPS : ENABLE_STEPS
  for (let off = -reach; off <= reach; off += 1) {
    const step = now + off
    if (codeAt(device.seed, step) !== codes.AuthenticationCode2) continue
    if (codeAt(device.seed, step - 1) !== codes.AuthenticationCode1) continue
    return { ...device, aheadSteps: off, usedStep: step }
  }
  // Not verified.
  throw op.error(
    "InvalidAuthenticationCodeException",
    "Authentication code for device is not valid.",
  )
}

interface ShownCode {
  readonly account: string
  readonly userId: string
  readonly serialNumber: string
  readonly code: string
}

type CodeCheck = "no device" | "wrong code" | { readonly device: MfaDevice; readonly step: number }

/** Checks the code that a user's device shows now, and that nobody has used. */
export function checkMfaCode(
  tx: ReadTx,
  { account, userId, serialNumber, code }: ShownCode,
): CodeCheck {
  const device = maybeDevice(tx, { SerialNumber: serialNumber }, { account })
  if (device?.userId !== userId) return "no device"
  const now = stepAt(tx.now) + device.aheadSteps
  for (let step = now - USE_STEPS; step <= now + USE_STEPS; step += 1)
    if (step > device.usedStep && codeAt(device.seed, step) === code) return { device, step }
  return "wrong code"
}

/** Checks the code as `checkMfaCode` does, and spends it: a code works once. */
export function spendMfaCode(tx: WriteTx, shown: ShownCode): "spent" | "no device" | "wrong code" {
  const found = checkMfaCode(tx, shown)
  if (typeof found === "string") return found
  tx.replace(mfaDevices, found.device, { ...found.device, usedStep: found.step })
  return "spent"
}
