import type { ActionContext } from "../../../kernel/action.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { functionDenied } from "../errors.ts"
import { arnOf, type Secret } from "../secret/secret.ts"

/**
 * Rotation functions, as Lambda runs them for `secretsmanager.amazonaws.com`. Where there is no
 * such function, or no Lambda at all, the call fails, and with it the rotation.
 */

export interface RotationEvent {
  readonly Step: string
  readonly SecretId: string
  readonly ClientRequestToken: string
}

/** What is used of Lambda's answer. */
interface Invoked {
  readonly FunctionError?: string | undefined
  readonly Payload?: Uint8Array | undefined
}

/** A function that has thrown. */
export class FunctionFailed extends Error {
  override readonly name = "FunctionFailed"
}

/** Throws FunctionFailed, or the AwsError of a function that cannot be called. */
export async function invoke(
  ctx: ActionContext,
  { secret, lambdaArn, event }: { secret: Secret; lambdaArn: string; event: RotationEvent },
): Promise<void> {
  const answer = await callLambda(
    ctx,
    { secret, lambdaArn },
    {
      InvocationType: "RequestResponse",
      Payload: Buffer.from(JSON.stringify(event)),
    },
  )
  if (answer.FunctionError !== undefined)
    throw new FunctionFailed(`${event.Step}: ${Buffer.from(answer.Payload ?? []).toString()}`)
}

/** Throws AccessDeniedException (recorded for every function that cannot be called). */
export async function assertInvocable(
  ctx: ActionContext,
  asked: { readonly secret: Secret; readonly lambdaArn: string },
): Promise<void> {
  try {
    await callLambda(ctx, asked, { InvocationType: "DryRun" })
  } catch (error) {
    if (error instanceof AwsError) throw functionDenied()
    throw error
  }
}

function callLambda(
  ctx: ActionContext,
  { secret, lambdaArn }: { readonly secret: Secret; readonly lambdaArn: string },
  input: object,
): Promise<Invoked> {
  return ctx.call({
    ...{ service: "lambda", operation: "Invoke", input: { FunctionName: lambdaArn, ...input } },
    ...{ account: secret.account, region: secret.region, as: "secretsmanager.amazonaws.com" },
    ...{ sourceArn: arnOf(secret), sourceAccount: secret.account },
  })
}
