import type { ActionContext } from "../../../../kernel/action.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import type { Call } from "../../../../registry/call.ts"
import { invocationError, lambdaRuntimeError } from "./errors.ts"
import { OBJECT_LAMBDA_SERVICE } from "./point.ts"

/** What is used of Lambda's answer. */
interface Invoked {
  readonly FunctionError?: string | undefined
  readonly Payload?: Uint8Array | undefined
}

/**
 * Calls a function with the rights of the caller, who "must have permission to invoke the Lambda
 * function"; gives what it returned. Throws what the caller is to be told.
 */
export async function invoke(
  ctx: ActionContext,
  call: Call,
  { functionArn, event }: { readonly functionArn: string; readonly event: object },
): Promise<Uint8Array | undefined> {
  const { FunctionError, Payload } = await callLambda(ctx, call, {
    ...{ FunctionName: functionArn, InvocationType: "RequestResponse" },
    Payload: Buffer.from(JSON.stringify(event)),
  })
  if (FunctionError !== undefined) throw lambdaRuntimeError()
  return Payload
}

async function callLambda(
  ctx: ActionContext,
  { principal, account, region }: Call,
  input: object,
): Promise<Invoked> {
  try {
    return await ctx.call({
      ...{ service: "lambda", operation: "Invoke", input, account, region },
      ...{ as: OBJECT_LAMBDA_SERVICE, caller: principal },
    })
  } catch (error) {
    throw error instanceof AwsError ? invocationError(error) : error
  }
}
