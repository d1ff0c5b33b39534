import type { ReadTx } from "../../../kernel/transaction.ts"
import type { ObjectLambdaConfiguration } from "../../../models/types/s3control.ts"
import { parseArn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { accessPoints, objectLambdaPoints } from "../../s3/port.ts"
import { op, type Out } from "../define.ts"
import { invalidRequest, malformedXml } from "../errors.ts"
import { findLambdaPoint, lambdaPointAccess } from "./access.ts"

export const PutAccessPointConfigurationForObjectLambda = op.write(
  "PutAccessPointConfigurationForObjectLambda",
  {
    authorize: lambdaPointAccess,
    run(tx, input, call): Out<"PutAccessPointConfigurationForObjectLambda"> {
      const point = findLambdaPoint(tx, input, call)
      const configuration = readConfiguration(tx, input.Configuration, {
        account: point.account,
        region: point.region,
      })
      tx.replace(objectLambdaPoints, point, { ...point, configuration })
      return {}
    },
  },
)

export const GetAccessPointConfigurationForObjectLambda = op.read(
  "GetAccessPointConfigurationForObjectLambda",
  {
    authorize: lambdaPointAccess,
    run(tx, input, call): Out<"GetAccessPointConfigurationForObjectLambda"> {
      return { Configuration: findLambdaPoint(tx, input, call).configuration }
    },
  },
)

const ACTIONS: ReadonlySet<string> = Object.freeze(
  new Set(["GetObject", "HeadObject", "ListObjects", "ListObjectsV2"]),
)
const FEATURES: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["GetObject-Range", "GetObject-PartNumber"],
    ...["HeadObject-Range", "HeadObject-PartNumber"],
  ]),
)

/**
 * A configuration as AWS's guide has it ("Creating Object Lambda Access Points"); the words of its
 * refusals are not verified. Throws MalformedXML, InvalidRequest.
 */
export function readConfiguration(
  tx: ReadTx,
  given: ObjectLambdaConfiguration | undefined,
  place: Pick<Call, "account" | "region">,
): ObjectLambdaConfiguration {
  if (!given?.SupportingAccessPoint || !given.TransformationConfigurations?.length)
    throw malformedXml()
  if (given.AllowedFeatures?.some((feature) => !FEATURES.has(feature))) throw malformedXml()
  assertSupporting(tx, given.SupportingAccessPoint, place)
  const seen = new Set<string>()
  for (const { Actions, ContentTransformation } of given.TransformationConfigurations) {
    const functionArn = ContentTransformation?.AwsLambda?.FunctionArn
    if (!Actions?.length || functionArn === undefined) throw malformedXml()
    assertFunction(functionArn, place)
    for (const action of Actions) {
      if (!ACTIONS.has(action)) throw malformedXml()
      if (seen.has(action))
        throw invalidRequest(
          `The action ${action} is configured with more than one transformation.`,
        )
      seen.add(action)
    }
  }
  return {
    ...given,
    AllowedFeatures: given.AllowedFeatures ?? [],
    CloudWatchMetricsEnabled: given.CloudWatchMetricsEnabled ?? false,
  }
}

/** Of the same Region: whether AWS takes another account's is not known. */
function assertSupporting(tx: ReadTx, text: string, { region }: Pick<Call, "region">): void {
  const arn = parseArn(text)
  const name = arn && arn.service === "s3" && /^accesspoint[/:](.+)$/.exec(arn.resource)?.[1]
  if (!arn || !name || arn.region !== region)
    throw invalidRequest("The supporting access point ARN is not valid.")
  if (!tx.get(accessPoints, [arn.account, arn.region, name]))
    throw invalidRequest("The supporting access point does not exist.")
}

/** "The Lambda function that you use must be in the same account and Region …". */
function assertFunction(text: string, place: Pick<Call, "account" | "region">): void {
  const arn = parseArn(text)
  const isFunction = arn?.service === "lambda" && arn.resource.startsWith("function:")
  if (!isFunction || arn.account !== place.account || arn.region !== place.region)
    throw invalidRequest(
      "The Lambda function must be in the account and Region of the Object Lambda access point.",
    )
}
