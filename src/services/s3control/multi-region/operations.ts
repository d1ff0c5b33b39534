import { CreateMultiRegionAccessPoint } from "./create.ts"
import { DeleteMultiRegionAccessPoint } from "./delete.ts"
import { DescribeMultiRegionAccessPointOperation } from "./describe.ts"
import { GetMultiRegionAccessPoint, ListMultiRegionAccessPoints } from "./list.ts"
import {
  GetMultiRegionAccessPointPolicy,
  GetMultiRegionAccessPointPolicyStatus,
  PutMultiRegionAccessPointPolicy,
} from "./policy.ts"
import { forgetRequest, requests } from "./request.ts"
import {
  applyRoutes,
  GetMultiRegionAccessPointRoutes,
  SubmitMultiRegionAccessPointRoutes,
} from "./routes.ts"
import { workOnRequest } from "./work.ts"

export const multiRegionOperations = {
  ...{ CreateMultiRegionAccessPoint, DeleteMultiRegionAccessPoint },
  ...{ GetMultiRegionAccessPoint, ListMultiRegionAccessPoints },
  ...{ PutMultiRegionAccessPointPolicy, GetMultiRegionAccessPointPolicy },
  ...{ GetMultiRegionAccessPointPolicyStatus, DescribeMultiRegionAccessPointOperation },
  ...{ GetMultiRegionAccessPointRoutes, SubmitMultiRegionAccessPointRoutes },
}

export const multiRegionTables = [requests]

export const multiRegionWork = [workOnRequest, forgetRequest, applyRoutes]
