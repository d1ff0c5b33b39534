import type { ActionContext } from "../../../kernel/action.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { partitionOf } from "../../../kernel/places.ts"
import { parseArn, type Arn } from "../../../registry/arn.ts"
import type { Call, ServiceResource } from "../../../registry/call.ts"
import { findByArn, type TagOperations, type TagRequest } from "../../../registry/resource.ts"
import { onAnything, op, type Out } from "../define.ts"
import { badArn, invalid } from "../errors.ts"

type Failures = NonNullable<Out<"TagResources">["FailedResourcesMap"]>
type Ask = (operations: TagOperations<object>, row: object) => TagRequest

export const TagResources = op.action("TagResources", {
  authorize: onAnything,
  async run(ctx, { ResourceARNList, Tags }, call): Promise<Out<"TagResources">> {
    const change = { arns: ResourceARNList, ask: (by, row) => by.tag(row, Tags) } satisfies Change
    return { FailedResourcesMap: await changeAll(ctx, call, change) }
  },
})

export const UntagResources = op.action("UntagResources", {
  authorize: onAnything,
  async run(ctx, { ResourceARNList, TagKeys }, call): Promise<Out<"UntagResources">> {
    const change = {
      ...{ arns: ResourceARNList, ask: (by, row) => by.untag(row, TagKeys) },
    } satisfies Change
    return { FailedResourcesMap: await changeAll(ctx, call, change) }
  },
})

interface Change {
  readonly arns: readonly string[]
  readonly ask: Ask
}

/** One after another; what fails does not keep the others. */
async function changeAll(ctx: ActionContext, call: Call, { arns, ask }: Change): Promise<Failures> {
  const wanted = [...new Set(arns)]
  const parsed = wanted.map((arn) => parseArn(arn) ?? refuse(badArn(arn)))
  for (const { partition } of parsed)
    if (partition !== call.partition)
      throw invalid("The partition of an ARN does not match that of the request.")
  const all = await call.resources()
  const failures: Record<string, Failures[string]> = {}
  for (const [index, arn] of wanted.entries()) {
    try {
      const { service, request } = await ctx.read((tx) => {
        assertHere(parsed[index]!, call)
        const { account, region } = call
        for (const { service, resource } of kindsOf(all, parsed[index]!)) {
          const row = findByArn(tx, resource, { arn, account, region })
          if (row && resource.tags) return { service, request: ask(resource.tags, row) }
        }
        throw invalid(`The resource does not exist: ${arn}`)
      })
      await ctx.call(asCaller(service, request, call))
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      failures[arn] = failureOf(error)
    }
  }
  return failures
}

function refuse(error: AwsError): never {
  throw error
}

const asCaller = (service: string, [operation, input]: TagRequest, call: Call) => ({
  ...{ service, operation, input, account: call.account, region: call.region },
  ...{ as: "tagging.amazonaws.com", caller: call.principal },
})

/** "You can only tag resources that are located in the specified Region for the AWS account." */
function assertHere({ account, region, service }: Arn, call: Call): void {
  const { globalRegion } = partitionOf(call.region)
  const isHere = service === "s3" || (region === "" ? globalRegion : region) === call.region
  if (!isHere || (account !== "" && account !== call.account))
    throw invalid("The resource is not in the account and Region of the request.")
}

/**
 * The taggable kinds whose ARNs have the service. Throws InternalServiceException where there are
 * none: "It can also mean that the resource type in the request is not supported".
 */
function kindsOf(all: readonly ServiceResource[], { service }: Arn): readonly ServiceResource[] {
  const kinds = all.filter(({ resource }) => resource.find && resource.tags)
  const found = kinds.filter((one) => arnService(one) === service)
  if (found.length === 0)
    throw op.error("InternalServiceException", "The resource type is not supported.", {
      status: 500,
    })
  return found
}

/** Services whose ARNs have another name than their models. */
const ARN_SERVICES: Readonly<Record<string, string>> = {
  accessanalyzer: "access-analyzer",
  cloudhsmv2: "cloudhsm",
}

const arnService = ({ service }: ServiceResource): string =>
  Object.hasOwn(ARN_SERVICES, service) ? ARN_SERVICES[service]! : service

/** The service's own code; AccessDenied by the name that the API's reference gives it. */
const failureOf = ({ code, message, options: { status } }: AwsError): Failures[string] => ({
  ErrorCode: code === "AccessDenied" ? "AccessDeniedException" : code,
  StatusCode: status ?? 400,
  ErrorMessage: message,
})
