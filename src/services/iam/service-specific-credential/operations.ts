import {
  CreateServiceSpecificCredential,
  DeleteServiceSpecificCredential,
  ListServiceSpecificCredentials,
  ResetServiceSpecificCredential,
  serviceCredentials,
  UpdateServiceSpecificCredential,
} from "./service-credential.ts"

export const serviceCredentialOperations = {
  ...{ CreateServiceSpecificCredential, ListServiceSpecificCredentials },
  ...{ UpdateServiceSpecificCredential, ResetServiceSpecificCredential },
  DeleteServiceSpecificCredential,
}

export const serviceCredentialTables = [serviceCredentials]
