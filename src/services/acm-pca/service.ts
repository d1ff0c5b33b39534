import { defineService } from "../../registry/service.ts"
import {
  CreateCertificateAuthorityAuditReport,
  DescribeCertificateAuthorityAuditReport,
  writeReport,
} from "./audit/audit-report.ts"
import { reports } from "./audit/report.ts"
import { authorities, authorityResource } from "./authority/authority.ts"
import { CreateCertificateAuthority } from "./authority/create.ts"
import {
  DeleteCertificateAuthority,
  removeAuthority,
  RestoreCertificateAuthority,
} from "./authority/delete.ts"
import {
  DescribeCertificateAuthority,
  GetCertificateAuthorityCsr,
  ListCertificateAuthorities,
} from "./authority/describe.ts"
import {
  expireAuthority,
  GetCertificateAuthorityCertificate,
  ImportCertificateAuthorityCertificate,
} from "./authority/install.ts"
import { sealedKeys } from "./authority/key.ts"
import { ListTags, TagCertificateAuthority, UntagCertificateAuthority } from "./authority/tags.ts"
import { UpdateCertificateAuthority } from "./authority/update.ts"
import { GetCertificate } from "./certificate/get.ts"
import { IssueCertificate } from "./certificate/issue.ts"
import { counts, issued } from "./certificate/issued.ts"
import { RevokeCertificate } from "./certificate/revoke.ts"
import { QUOTAS } from "./limits.ts"
import { permissions } from "./policy/permission.ts"
import { CreatePermission, DeletePermission, ListPermissions } from "./policy/permissions.ts"
import { DeletePolicy, GetPolicy, PutPolicy } from "./policy/policy.ts"
import { lists, writeList } from "./revocation/list.ts"
import { partitions } from "./revocation/partition.ts"
import { serveOcsp } from "./revocation/ocsp.ts"
import { forgetToken, tokens } from "./token.ts"

export const acmPca = defineService({
  id: "acm-pca",
  operations: {
    ...{ CreateCertificateAuthority, DescribeCertificateAuthority, ListCertificateAuthorities },
    ...{ UpdateCertificateAuthority, DeleteCertificateAuthority, RestoreCertificateAuthority },
    ...{ GetCertificateAuthorityCsr, ImportCertificateAuthorityCertificate },
    ...{ GetCertificateAuthorityCertificate, IssueCertificate, GetCertificate, RevokeCertificate },
    ...{ CreateCertificateAuthorityAuditReport, DescribeCertificateAuthorityAuditReport },
    ...{ CreatePermission, DeletePermission, ListPermissions },
    ...{ PutPolicy, GetPolicy, DeletePolicy },
    ...{ TagCertificateAuthority, UntagCertificateAuthority, ListTags },
  },
  resources: [authorityResource],
  tables: [
    ...[authorities, sealedKeys, issued, counts, lists, partitions, reports, permissions],
    tokens,
  ],
  jobs: [expireAuthority, removeAuthority, writeList, writeReport, forgetToken],
  quotas: Object.values(QUOTAS),
  web: serveOcsp,
})
