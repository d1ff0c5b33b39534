import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { bucketNamed } from "../../s3/port.ts"
import { op, type In, type Out } from "../define.ts"
import { accessTo, onInstance, onShared } from "./access.ts"
import { instanceExists, instanceMissing, instanceNotEmpty, stillAssociated } from "./errors.ts"
import { associate, dropApplication } from "./identity-center.ts"
import {
  findInstance,
  grantsInstances,
  INSTANCE_ID,
  instanceArn,
  instanceOf,
  lookUpInstance,
  type GrantsInstance,
  type IdentityCenter,
  type InstanceRef,
} from "./instance.ts"
import { grantsLocations } from "./location.ts"
import { scopeOf } from "./scope.ts"
import { newTags } from "./tags.ts"

type Creating = In<"CreateAccessGrantsInstance">

export const CreateAccessGrantsInstance = op.action("CreateAccessGrantsInstance", {
  authorize: onInstance,
  begin(tx, input, call): Out<"CreateAccessGrantsInstance"> | undefined {
    if (input.IdentityCenterArn === undefined) return create(tx, input, { call })
    assertNew(tx, instanceOf(input, call))
    newTags(input.Tags)
    return undefined
  },
  async run(ctx, input, call): Promise<Out<"CreateAccessGrantsInstance">> {
    const { IdentityCenterArn: arn = "" } = input
    const identityCenter = await associate(ctx, call, { instance: instanceOf(input, call), arn })
    try {
      return await ctx.write((tx) => create(tx, input, { call, identityCenter }))
    } catch (error) {
      await dropApplication(ctx, call, identityCenter)
      throw error
    }
  },
})

function assertNew(tx: ReadTx, instance: InstanceRef): void {
  if (lookUpInstance(tx, instance)) throw instanceExists()
}

function create(
  tx: WriteTx,
  input: Creating,
  {
    call,
    identityCenter,
  }: { readonly call: Call; readonly identityCenter?: IdentityCenter | undefined },
): Out<"CreateAccessGrantsInstance"> {
  const ref = instanceOf(input, call)
  assertNew(tx, ref)
  const tags = newTags(input.Tags)
  const instance: GrantsInstance = {
    ...ref,
    ...{ createdMs: tx.now, tags, grantCount: 0 },
    ...(identityCenter && { identityCenter }),
  }
  tx.put(grantsInstances, instance)
  return described(instance)
}

export const GetAccessGrantsInstance = op.read("GetAccessGrantsInstance", {
  authorize: onInstance,
  run: (tx, input, call): Out<"GetAccessGrantsInstance"> =>
    described(findInstance(tx, instanceOf(input, call))),
})

export const DeleteAccessGrantsInstance = op.write("DeleteAccessGrantsInstance", {
  authorize: onInstance,
  run(tx, input, call): Out<"DeleteAccessGrantsInstance"> {
    const instance = findInstance(tx, instanceOf(input, call))
    const { account, region } = instance
    if (tx.first(grantsLocations, { prefix: [account, region] })) throw instanceNotEmpty()
    if (instance.identityCenter) throw stillAssociated()
    tx.remove(grantsInstances, instance)
    return {}
  },
})

/** Those that other accounts share by AWS RAM are not there: neither is RAM. */
export const ListAccessGrantsInstances = op.read("ListAccessGrantsInstances", {
  authorize: (_tx, input, call) =>
    accessTo({ instance: instanceOf(input, call), resource: "*" }, input, call),
  run(tx, input, call): Out<"ListAccessGrantsInstances"> {
    const instance = lookUpInstance(tx, instanceOf(input, call))
    return { AccessGrantsInstancesList: instance ? [described(instance)] : [] }
  },
})

export const GetAccessGrantsInstanceForPrefix = op.read("GetAccessGrantsInstanceForPrefix", {
  authorize(tx, input, call) {
    return onShared(tx, ownerOf(tx, input, call), { input, call })
  },
  run(tx, input, call): Out<"GetAccessGrantsInstanceForPrefix"> {
    const instance = findInstance(tx, ownerOf(tx, input, call))
    return {
      AccessGrantsInstanceArn: instanceArn(instance),
      AccessGrantsInstanceId: INSTANCE_ID,
    }
  },
})

/** The instance that decides on a prefix: its bucket's owner's, in the bucket's Region. */
function ownerOf(
  tx: ReadTx,
  input: In<"GetAccessGrantsInstanceForPrefix">,
  call: Call,
): InstanceRef {
  const scope = scopeOf(input.S3Prefix, false)
  const bucket = scope && bucketNamed(tx, call.partition, scope.bucket)
  if (bucket && bucket.region !== call.region) throw instanceMissing()
  return bucket ? { account: bucket.account, region: bucket.region } : instanceOf(input, call)
}

const described = (instance: GrantsInstance) => ({
  ...{ CreatedAt: instance.createdMs, AccessGrantsInstanceId: INSTANCE_ID },
  AccessGrantsInstanceArn: instanceArn(instance),
  ...(instance.identityCenter && {
    IdentityCenterArn: instance.identityCenter.applicationArn,
    IdentityCenterInstanceArn: instance.identityCenter.instanceArn,
    IdentityCenterApplicationArn: instance.identityCenter.applicationArn,
  }),
})
