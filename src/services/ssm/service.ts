import { defineService } from "../../registry/service.ts"
import { keyTables } from "../kms/port.ts"
import { onTellBridge } from "./events.ts"
import { DeleteParameter, DeleteParameters } from "./parameter/delete.ts"
import { GetParameter, GetParameters } from "./parameter/get.ts"
import { LabelParameterVersion, UnlabelParameterVersion } from "./parameter/labels.ts"
import {
  DescribeParameters,
  GetParameterHistory,
  GetParametersByPath,
} from "./parameter/listing.ts"
import { counts, parameterResource, parameters, versions } from "./parameter/parameter.ts"
import { PutParameter } from "./parameter/put.ts"
import { actJob } from "./policy/acting.ts"
import {
  GetServiceSetting,
  ResetServiceSetting,
  settings,
  UpdateServiceSetting,
} from "./setting/settings.ts"
import {
  DeleteResourcePolicy,
  GetResourcePolicies,
  PutResourcePolicy,
} from "./sharing/resource-policy.ts"
import { AddTagsToResource, ListTagsForResource, RemoveTagsFromResource } from "./tag/tagging.ts"

/** Of Systems Manager only Parameter Store: other operations answer 501 by name. */
export const ssm = defineService({
  id: "ssm",
  operations: {
    ...{ PutParameter, GetParameter, GetParameters, GetParametersByPath, GetParameterHistory },
    ...{ DescribeParameters, DeleteParameter, DeleteParameters },
    ...{ LabelParameterVersion, UnlabelParameterVersion },
    ...{ AddTagsToResource, RemoveTagsFromResource, ListTagsForResource },
    ...{ GetServiceSetting, UpdateServiceSetting, ResetServiceSetting },
    ...{ PutResourcePolicy, GetResourcePolicies, DeleteResourcePolicy },
  },
  resources: [parameterResource],
  tables: [parameters, versions, counts, settings, ...keyTables],
  jobs: [actJob],
  receivers: [onTellBridge],
  uses: ["kms", "secretsmanager"],
})
