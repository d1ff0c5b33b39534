import type { ActionContext } from "../../../kernel/action.ts"
import type { Credentials } from "../../../models/types/sts.ts"
import { ACCESS_GRANTS } from "../../s3/port.ts"
import { instanceArn, type InstanceRef } from "./instance.ts"

interface Assuming {
  readonly RoleArn: string
  readonly RoleSessionName: string
  readonly DurationSeconds: number
  readonly Policy?: string | undefined
  readonly SourceIdentity?: string | undefined
}

/** Assumes the role of a location as S3 does for an instance. Rejects as AssumeRole refuses. */
export async function assumeRole(
  ctx: ActionContext,
  instance: InstanceRef,
  input: Assuming,
): Promise<Credentials> {
  const { account, region } = instance
  const { Credentials: found } = (await ctx.call({
    ...{ account, region, service: "sts", operation: "AssumeRole", as: ACCESS_GRANTS, input },
    ...{ sourceArn: instanceArn(instance), sourceAccount: account },
  })) as { readonly Credentials: Credentials }
  return found
}
