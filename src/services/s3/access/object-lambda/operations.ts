import type { AccessRequest } from "../../../../iam/access.ts"
import type { ReadTx, WriteTx } from "../../../../kernel/transaction.ts"
import { isUnchecked } from "../../../../registry/authorize.ts"
import type { Call } from "../../../../registry/call.ts"
import type { ActionOperation, Operation } from "../../../../registry/operation.ts"
import { lambdaPointRequest } from "./access.ts"
import { transformedGet } from "./get.ts"
import { lambdaPointNamed, planOf, type OnLambdaPoint } from "./plan.ts"
import { isObjectLambdaName, transformationOf } from "./point.ts"
import { transformedReturn } from "./returned.ts"

/** The operations that functions may answer, and the action that each needs. */
const ACTIONS: Readonly<Record<string, string>> = {
  GetObject: "GetObject",
  HeadObject: "GetObject",
  ListObjects: "ListBucket",
  ListObjectsV2: "ListBucket",
}

type Run = (tx: WriteTx, input: OnLambdaPoint, call: Call) => object | undefined

/** What of an operation runs in the transaction that authorizes. */
const atOnce = (operation: Operation): Run =>
  (operation.kind === "action" ? operation.begin : operation.run) as Run

/** S3's operations at Object Lambda access points, in the place of the ordinary ones. */
export function objectLambda(
  operations: Readonly<Record<string, Operation>>,
): (name: string, input: { readonly Bucket?: unknown }) => Operation | undefined {
  const transformed = new Map<string, Operation>()
  for (const [name, action] of Object.entries(ACTIONS)) {
    const ordinary = operations[name]
    if (ordinary) transformed.set(name, transformedBy(ordinary, action))
  }
  return (name, { Bucket: bucket }) =>
    typeof bucket === "string" && isObjectLambdaName(bucket) ? transformed.get(name) : undefined
}

function transformedBy(ordinary: Operation, action: string): Operation {
  const { name } = ordinary
  const operation: ActionOperation<OnLambdaPoint, object> = {
    ...{ kind: "action", name, anonymous: true },
    authorize(tx: ReadTx, input, call): AccessRequest | readonly AccessRequest[] {
      const point = lambdaPointNamed(tx, input, call)
      if (!transformationOf(point, name)) return asked(ordinary, tx, { input, call })
      const { VersionId: versionId } = input
      const isVersion = versionId !== undefined && action === "GetObject"
      return lambdaPointRequest(point, isVersion ? "GetObjectVersion" : action, { call, versionId })
    },
    begin(tx, input, call) {
      if (transformationOf(lambdaPointNamed(tx, input, call), name)) return undefined
      return atOnce(ordinary)(tx, input, call)
    },
    async run(ctx, input, call) {
      const plan = await ctx.write((tx) => planOf(tx, input, call))
      if (plan)
        return name === "GetObject"
          ? transformedGet(ctx, plan, call)
          : transformedReturn(ctx, plan, call)
      // Large objects that S3 answers; or no function does any more, for whom other rights were asked.
      await ctx.read((tx) => assertMay(tx, name, { input, call }))
      if (ordinary.kind === "action") return ordinary.run(ctx, input as never, call)
      return ctx.write((tx) => atOnce(ordinary)(tx, input, call) as object)
    },
  }
  return Object.freeze(operation) as Operation
}

/** Throws what the caller would get for the operation as S3 has it. */
function assertMay(
  tx: ReadTx,
  operation: string,
  { input, call }: { readonly input: OnLambdaPoint; readonly call: Call },
): void {
  const refusal = call.refusal(tx, { service: "s3", operation, input })
  if (refusal) throw refusal
}

function asked(
  { authorize }: Operation,
  tx: ReadTx,
  { input, call }: { readonly input: OnLambdaPoint; readonly call: Call },
): AccessRequest | readonly AccessRequest[] {
  const found = isUnchecked(authorize) ? authorize : authorize(tx, input as never, call)
  if (isUnchecked(found)) throw new Error("S3 asks for everything that it reads")
  return found
}
