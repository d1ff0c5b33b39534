import { serverCertificateResource, serverCertificates } from "./server-certificate.ts"
import {
  DeleteServerCertificate,
  GetServerCertificate,
  ListServerCertificates,
  ListServerCertificateTags,
  TagServerCertificate,
  UntagServerCertificate,
  UpdateServerCertificate,
  UploadServerCertificate,
} from "./server.ts"
import {
  DeleteSigningCertificate,
  ListSigningCertificates,
  signingCertificates,
  UpdateSigningCertificate,
  UploadSigningCertificate,
} from "./signing.ts"

export const certificateOperations = {
  ...{ UploadServerCertificate, GetServerCertificate, ListServerCertificates },
  ...{ UpdateServerCertificate, DeleteServerCertificate },
  ...{ TagServerCertificate, UntagServerCertificate, ListServerCertificateTags },
  ...{ UploadSigningCertificate, ListSigningCertificates },
  ...{ UpdateSigningCertificate, DeleteSigningCertificate },
}

export const certificateTables = [serverCertificates, signingCertificates]
export const certificateResources = [serverCertificateResource]
