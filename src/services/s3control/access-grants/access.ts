import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { requestTagKeys, resourceTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { passRole } from "../../../registry/pass-role.ts"
import { ACCESS_GRANTS } from "../../s3/port.ts"
import type { Tags } from "../tagging/tags.ts"
import {
  instanceArn,
  instanceOf,
  lookUpInstance,
  type InstanceRef,
  type OnInstance,
} from "./instance.ts"

type Keys = Record<string, string | readonly string[]>

interface About {
  readonly instance: InstanceRef
  readonly resource: string
  readonly tags?: Tags | undefined
  readonly keys?: Keys | undefined
  /** Of operations that other accounts may call. */
  readonly policy?: string | undefined
}

/** One access to an instance or something in it, under the operation's own name. */
export function accessTo(
  { instance, resource, tags, keys, policy }: About,
  input: object,
  call: Call,
): AccessRequest {
  const context = { ...requestTagKeys(input), ...keys, ...resourceTagKeys(tags) }
  const { account: owner } = instance
  return { action: `s3:${call.operation}`, resource, owner, policy, context }
}

/** Asks on the instance, there or not. */
export function onInstance(tx: ReadTx, input: OnInstance, call: Call): AccessRequest {
  const instance = instanceOf(input, call)
  const tags = lookUpInstance(tx, instance)?.tags
  return accessTo({ instance, resource: instanceArn(instance), tags }, input, call)
}

/** As `onInstance`, where the instance's policy may let other accounts in. */
export const onSharedInstance = (tx: ReadTx, input: OnInstance, call: Call): AccessRequest =>
  onShared(tx, instanceOf(input, call), { input, call })

export function onShared(
  tx: ReadTx,
  instance: InstanceRef,
  { input, call }: { readonly input: object; readonly call: Call },
): AccessRequest {
  const found = lookUpInstance(tx, instance)
  const { tags, policy } = found ?? {}
  const resource = instanceArn(instance)
  return accessTo({ instance, resource, tags, policy: policy?.text }, input, call)
}

/** "You must also have the following permission for the specified IAM role: iam:PassRole". */
export const passing = (role: string): readonly AccessRequest[] => passRole(role, ACCESS_GRANTS)
