import { op, type Out } from "../define.ts"
import { noSuchAsyncRequest } from "./errors.ts"
import { assertHome } from "./point.ts"
import { requestArn, requestNamed, type Asked, type AsyncRequest } from "./request.ts"

export const DescribeMultiRegionAccessPointOperation = op.read(
  "DescribeMultiRegionAccessPointOperation",
  {
    authorize(_tx, { AccountId: owner, RequestTokenARN: resource }, call) {
      assertHome(call)
      return { action: `s3:${call.operation}`, resource, owner, context: {} }
    },
    run(tx, { AccountId, RequestTokenARN }): Out<"DescribeMultiRegionAccessPointOperation"> {
      const request = requestNamed(tx, RequestTokenARN)
      if (request?.account !== AccountId) throw noSuchAsyncRequest()
      return { AsyncOperation: described(request) }
    },
  },
)

const described = (request: AsyncRequest) => ({
  CreationTime: request.createdMs,
  Operation: request.asked.operation,
  RequestTokenARN: requestArn(request),
  RequestParameters: parametersOf(request.asked),
  RequestStatus: request.status,
  ...detailsOf(request),
})

function parametersOf({ operation, details }: Asked) {
  switch (operation) {
    case "CreateMultiRegionAccessPoint":
      return { CreateMultiRegionAccessPointRequest: details }
    case "DeleteMultiRegionAccessPoint":
      return { DeleteMultiRegionAccessPointRequest: details }
    case "PutMultiRegionAccessPointPolicy":
      return { PutMultiRegionAccessPointPolicyRequest: details }
  }
}

/** Nothing before the request has begun (recorded). */
function detailsOf({ regions, failure, requestId }: AsyncRequest) {
  if (failure) {
    const { code: Code, message: Message, resource: Resource } = failure
    return { ResponseDetails: { ErrorDetails: { Code, Message, Resource, RequestId: requestId } } }
  }
  if (!regions) return {}
  const Regions = regions.map(({ region: Name, status: RequestStatus }) => ({
    ...{ Name, RequestStatus },
  }))
  return { ResponseDetails: { MultiRegionAccessPointDetails: { Regions } } }
}
