import { sessionTables } from "../../sts/port.ts"
import { CreateAccessGrant } from "./create-grant.ts"
import { GetDataAccess } from "./data-access.ts"
import { grants } from "./grant.ts"
import {
  DeleteAccessGrant,
  GetAccessGrant,
  ListAccessGrants,
  ListCallerAccessGrants,
} from "./grants.ts"
import {
  AssociateAccessGrantsIdentityCenter,
  DissociateAccessGrantsIdentityCenter,
} from "./identity-center.ts"
import { grantsInstances } from "./instance.ts"
import {
  CreateAccessGrantsInstance,
  DeleteAccessGrantsInstance,
  GetAccessGrantsInstance,
  GetAccessGrantsInstanceForPrefix,
  ListAccessGrantsInstances,
} from "./instances.ts"
import { grantsLocations } from "./location.ts"
import {
  CreateAccessGrantsLocation,
  DeleteAccessGrantsLocation,
  GetAccessGrantsLocation,
  ListAccessGrantsLocations,
  UpdateAccessGrantsLocation,
} from "./locations.ts"
import {
  DeleteAccessGrantsInstanceResourcePolicy,
  GetAccessGrantsInstanceResourcePolicy,
  PutAccessGrantsInstanceResourcePolicy,
} from "./resource-policy.ts"

export const accessGrantsOperations = {
  ...{ CreateAccessGrantsInstance, GetAccessGrantsInstance, DeleteAccessGrantsInstance },
  ...{ ListAccessGrantsInstances, GetAccessGrantsInstanceForPrefix },
  ...{ PutAccessGrantsInstanceResourcePolicy, GetAccessGrantsInstanceResourcePolicy },
  DeleteAccessGrantsInstanceResourcePolicy,
  ...{ AssociateAccessGrantsIdentityCenter, DissociateAccessGrantsIdentityCenter },
  ...{ CreateAccessGrantsLocation, GetAccessGrantsLocation, ListAccessGrantsLocations },
  ...{ UpdateAccessGrantsLocation, DeleteAccessGrantsLocation },
  ...{ CreateAccessGrant, GetAccessGrant, ListAccessGrants, DeleteAccessGrant },
  ...{ ListCallerAccessGrants, GetDataAccess },
}

export const accessGrantsTables = [grantsInstances, grantsLocations, grants, ...sessionTables]
