import {
  CreateServiceLinkedRole,
  DeleteServiceLinkedRole,
  deletionTasks,
  GetServiceLinkedRoleDeletionStatus,
} from "./service-linked-role.ts"

export const serviceLinkedRoleOperations = {
  ...{ CreateServiceLinkedRole, DeleteServiceLinkedRole, GetServiceLinkedRoleDeletionStatus },
}

export const serviceLinkedRoleTables = [deletionTasks]
