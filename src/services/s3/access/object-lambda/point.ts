import { table } from "../../../../kernel/table.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import { parseArn } from "../../../../registry/arn.ts"
import type { ObjectLambdaConfiguration } from "../../../../models/types/s3control.ts"
import type { PolicyFacts } from "../../buckets/config.ts"

/** What its requests are signed for and its ARNs and actions begin with. */
export const OBJECT_LAMBDA = "s3-object-lambda"
/** The name by which it calls others. */
export const OBJECT_LAMBDA_SERVICE = "s3-object-lambda.amazonaws.com"
const SUFFIX = "--ol-s3"

/** An access point that has functions answer ("Transforming objects with S3 Object Lambda"). */
export interface ObjectLambdaPoint {
  readonly partition: string
  readonly account: string
  readonly region: string
  readonly name: string
  /** Stands wherever a bucket's name does. */
  readonly alias: string
  readonly createdMs: number
  readonly configuration: ObjectLambdaConfiguration
  readonly policy?: string | undefined
  readonly policyFacts?: PolicyFacts | undefined
}

export const objectLambdaPoints = table<ObjectLambdaPoint>("s3/objectLambdaPoint", {
  key: (point) => [point.account, point.region, point.name],
  indexes: { byAlias: (point) => [point.alias] },
  cached: true,
})

export const objectLambdaArn = ({
  partition,
  region,
  account,
  name,
}: Pick<ObjectLambdaPoint, "partition" | "region" | "account" | "name">): string =>
  `arn:${partition}:${OBJECT_LAMBDA}:${region}:${account}:accesspoint/${name}`

/** Whether what stands for a bucket's name is such an access point's ARN or alias. */
export const isObjectLambdaName = (text: string): boolean =>
  text.endsWith(SUFFIX) || (text.startsWith("arn:") && text.includes(`:${OBJECT_LAMBDA}:`))

/** The access point of an ARN or an alias. */
export function objectLambdaPointOf(tx: ReadTx, text: string): ObjectLambdaPoint | undefined {
  if (text.endsWith(SUFFIX))
    return tx.first(objectLambdaPoints, { index: "byAlias", prefix: [text] })
  const arn = isObjectLambdaName(text) ? parseArn(text) : undefined
  const name = arn && /^accesspoint[/:](.+)$/.exec(arn.resource)?.[1]
  return name === undefined || !arn
    ? undefined
    : tx.get(objectLambdaPoints, [arn.account, arn.region, name])
}

/** The function that answers an operation in the place of S3, where there is one. */
export function transformationOf(
  { configuration }: ObjectLambdaPoint,
  operation: string,
): { readonly functionArn: string; readonly payload: string | undefined } | undefined {
  for (const {
    Actions,
    ContentTransformation: content,
  } of configuration.TransformationConfigurations)
    if (content.AwsLambda && Actions.includes(operation))
      return {
        functionArn: content.AwsLambda.FunctionArn,
        payload: content.AwsLambda.FunctionPayload,
      }
  return undefined
}
