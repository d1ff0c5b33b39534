import type { ActionContext } from "../../../kernel/action.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { ACCESS_GRANTS } from "../../s3/port.ts"
import { op, type Out } from "../define.ts"
import { onInstance } from "./access.ts"
import { invalidIdentityCenter } from "./errors.ts"
import {
  findInstance,
  grantsInstances,
  instanceArn,
  instanceOf,
  type IdentityCenter,
  type InstanceRef,
} from "./instance.ts"

/*
 * IAM Identity Center is asked as a service is that exists, with the caller's own rights
 * ("Additional Permissions: sso:DescribeInstance, sso:CreateApplication …"). As long as this cloud
 * has none, no ARN is that of an instance of it, and AWS's word for such an ARN is the answer.
 */

export const AssociateAccessGrantsIdentityCenter = op.action(
  "AssociateAccessGrantsIdentityCenter",
  {
    authorize: onInstance,
    async run(ctx, input, call): Promise<Out<"AssociateAccessGrantsIdentityCenter">> {
      const ref = instanceOf(input, call)
      const before = await ctx.read((tx) => findInstance(tx, ref))
      // That one association has to go before another comes is not verified.
      if (before.identityCenter) throw invalidIdentityCenter()
      const identityCenter = await associate(ctx, call, {
        ...{ instance: ref, arn: input.IdentityCenterArn },
      })
      await ctx.write((tx) => tx.put(grantsInstances, { ...findInstance(tx, ref), identityCenter }))
      return {}
    },
  },
)

export const DissociateAccessGrantsIdentityCenter = op.action(
  "DissociateAccessGrantsIdentityCenter",
  {
    authorize: onInstance,
    async run(ctx, input, call): Promise<Out<"DissociateAccessGrantsIdentityCenter">> {
      const ref = instanceOf(input, call)
      const { identityCenter } = await ctx.read((tx) => findInstance(tx, ref))
      if (!identityCenter) throw invalidIdentityCenter()
      await dropApplication(ctx, call, identityCenter)
      await ctx.write((tx) => {
        const instance = findInstance(tx, ref)
        tx.replace(grantsInstances, instance, { ...instance, identityCenter: undefined })
      })
      return {}
    },
  },
)

/** Not verified: how AWS names what makes its application. */
const PROVIDER = "arn:aws:sso::aws:applicationProvider/s3-access-grants"

/** Makes the application of an instance in an Identity Center. Rejects with InvalidIdentityCenterInstance. */
export async function associate(
  ctx: ActionContext,
  call: Call,
  { instance, arn }: { readonly instance: InstanceRef; readonly arn: string },
): Promise<IdentityCenter> {
  const found = (await asked(ctx, call, {
    operation: "DescribeInstance",
    input: { InstanceArn: arn },
  })) as { readonly IdentityStoreId?: string }
  const made = (await asked(ctx, call, {
    operation: "CreateApplication",
    input: { InstanceArn: arn, ApplicationProviderArn: PROVIDER, Name: instanceArn(instance) },
  })) as { readonly ApplicationArn?: string }
  const { IdentityStoreId: identityStoreId = "" } = found
  return { instanceArn: arn, applicationArn: made.ApplicationArn ?? "", identityStoreId }
}

/** An application that is gone already is no hindrance. */
export async function dropApplication(
  ctx: ActionContext,
  call: Call,
  { applicationArn: ApplicationArn }: IdentityCenter,
): Promise<void> {
  try {
    await asked(ctx, call, { operation: "DeleteApplication", input: { ApplicationArn } })
  } catch (error) {
    if (isTold(error)) throw error
  }
}

interface Asked {
  readonly service?: string
  readonly operation: string
  readonly input: object
}

/** Calls Identity Center for the caller. What the caller may not do it is told. */
async function asked(
  ctx: ActionContext,
  call: Call,
  { service = "sso-admin", operation, input }: Asked,
): Promise<object> {
  const { account, region, principal: caller } = call
  try {
    return await ctx.call({
      ...{ service, operation, input, account, region, caller, as: ACCESS_GRANTS },
    })
  } catch (error) {
    if (isTold(error)) throw error
    throw invalidIdentityCenter()
  }
}

/** What the caller is told as it is: a denial, or that we failed. */
const isTold = (error: unknown): boolean =>
  !(error instanceof AwsError) || error.code.startsWith("AccessDenied")

/** Whether an Identity Center knows somebody. */
export async function isKnown(
  ctx: ActionContext,
  call: Call,
  {
    center,
    operation,
    id,
  }: {
    readonly center: IdentityCenter
    readonly operation: "DescribeUser" | "DescribeGroup"
    readonly id: string
  },
): Promise<boolean> {
  const member = operation === "DescribeUser" ? "UserId" : "GroupId"
  const input = { IdentityStoreId: center.identityStoreId, [member]: id }
  try {
    await asked(ctx, call, { service: "identitystore", operation, input })
    return true
  } catch (error) {
    if (isTold(error)) throw error
    return false
  }
}
